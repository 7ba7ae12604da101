/**
 * A part of the local cloud whose state outlives a restart. What it saves is plain data: objects, arrays, maps, sets,
 * buffers. It is saved when everything has been stopped, and given back to the same version of the format, so a part
 * may trust the shape that it wrote itself.
 */
export interface Stateful {
  /** Before the program runs: what its resources must find, such as tables, or names that were drawn. */
  prepare?(state: unknown): Promise<void> | void;
  /** Everything that is to go on after a restart. Nothing works any more when this is called. */
  save(): unknown;
  /**
   * Takes up what `save` gave, after the program has made its resources and before anything works. Resources that the
   * program has keep the configuration that it gave them and get their content back. Those that it no longer has come
   * back where people may want their content, such as buckets and queues, and not where they would set something off.
   */
  restore(state: unknown): Promise<void> | void;
}
