/** A folder cannot be used for the data of the local cloud. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** The code of a failed system call, such as `EACCES`. */
export function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
