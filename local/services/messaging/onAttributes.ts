/** Hears of the attributes that a queue or topic was given, such as its policy or its key. */
export type OnAttributes = (arn: string, attributes: Readonly<Record<string, string>>) => void;
