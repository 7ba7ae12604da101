/** Where the local cloud says what happens: one readable line each. */
export type Log = (line: string) => void;

export const silent: Log = () => undefined;
