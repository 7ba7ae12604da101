/** A port of this machine that the local cloud wants is taken. */
export class PortInUseError extends Error {
  /**
   * @param port the port wanted
   * @param option the command-line option that chooses another one, for example `--endpoint-port`
   */
  constructor(
    readonly port: number,
    readonly option: string,
    options?: { cause: unknown },
  ) {
    super(
      `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, or choose another port with ${option}.`,
      options,
    );
    this.name = "PortInUseError";
  }
}
