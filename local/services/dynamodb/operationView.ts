import type { Callback, Release, Store, SubDb } from "./dynalite";
import type { Item } from "./items";
import type { Table } from "./table";

/** One item that an operation has put or deleted. */
export interface Write {
  readonly table: Table;
  readonly oldItem: Item | undefined;
  readonly newItem: Item | undefined;
}

/** The store as one operation sees it. */
export interface OperationView {
  readonly store: Store;
  /** The item that the operation read last: the one a condition was checked against. */
  readonly itemRead: () => Item | undefined;
  /** Runs `callback` so that what it throws fails the operation and not the process. */
  readonly guard: <Args extends unknown[]>(callback: (...args: Args) => void) => (...args: Args) => void;
}

type Guard = OperationView["guard"];

/** What the parts of one view share. */
interface Capture {
  /** The tables that the operation has looked up, by name. */
  readonly tables: Map<string, Table>;
  readonly onWrite: (write: Write) => void;
  itemRead: Item | undefined;
}

/**
 * A view of the store for one operation. Actions read, check and write an item under its lock through one item database
 * that they ask for once; the view hands out a new one each time, so what that one read before a write is the old
 * image, whatever happens elsewhere. `onWrite` is called before the lock is released: in the order of the writes.
 */
export function viewStore(
  base: Store,
  onWrite: (write: Write) => void,
  onFailure: (error: unknown) => void,
): OperationView {
  const held = new Set<() => void>();
  const guard = guardWith(held, onFailure);
  const capture: Capture = { tables: new Map(), onWrite, itemRead: undefined };

  const getTable = (name: string, checkStatus: boolean, done: Callback<Table>) =>
    base.getTable(name, checkStatus, (error, table) => {
      if (table) capture.tables.set(name, table);
      guard(done)(error, table);
    });

  return {
    guard,
    itemRead: () => capture.itemRead,
    store: {
      ...base,
      getItemDb: (name) => capturingDb(guardedDb(base.getItemDb(name), guard, held), name, capture),
      getIndexDb: (...index) => guardedDb(base.getIndexDb(...index), guard, held),
      getTable: (name, checkStatus, done) =>
        typeof checkStatus === "function"
          ? getTable(name, true, checkStatus)
          : getTable(name, checkStatus, done ?? (() => undefined)),
    },
  };
}

function guardWith(held: ReadonlySet<() => void>, onFailure: (error: unknown) => void): Guard {
  return (callback) =>
    (...args) => {
      try {
        callback(...args);
      } catch (error) {
        for (const release of held) release();
        onFailure(error);
      }
    };
}

/** Reports each write together with the item that was read before it. */
function capturingDb(db: SubDb<Item>, tableName: string, capture: Capture): SubDb<Item> {
  let oldItem: Item | undefined;
  const report =
    (newItem: Item | undefined, done: Callback): Callback =>
    (error) => {
      const table = capture.tables.get(tableName);
      if (!error && table) capture.onWrite({ table, oldItem, newItem });
      done(error);
    };
  return {
    ...db,
    get: (key, done) =>
      db.get(key, (error, item) => {
        oldItem = capture.itemRead = item;
        done(error, item);
      }),
    put: (key, item, done) => db.put(key, item, report(item, done)),
    del: (key, done) => db.del(key, report(undefined, done)),
  };
}

function guardedDb(db: SubDb<Item>, guard: Guard, held: Set<() => void>): SubDb<Item> {
  return {
    ...db,
    lock: (key, critical) =>
      db.lock(
        key,
        guard((release) => critical(trackedRelease(release, held))),
      ),
    get: (key, done) => db.get(key, guard(done)),
    put: (key, item, done) => db.put(key, item, guard(done)),
    del: (key, done) => db.del(key, guard(done)),
    createValueStream: (options) => guardedStream(db.createValueStream(options), guard),
  };
}

/** Keeps the lock's release among those held until it has happened, so that a failed operation leaves no lock behind. */
function trackedRelease(release: Release, held: Set<() => void>): Release {
  const abandon = () => {
    held.delete(abandon);
    release(() => undefined)();
  };
  held.add(abandon);
  return (done) => {
    const released = release(done);
    return (...args) => {
      if (held.delete(abandon)) released(...args);
    };
  };
}

/** Queries and scans are evaluated in listeners of the stream. */
function guardedStream<Stream extends NodeJS.EventEmitter>(stream: Stream, guard: Guard): Stream {
  const emit = stream.emit.bind(stream);
  stream.emit = (event, ...args: unknown[]) => {
    let heard = true;
    guard(() => {
      heard = emit(event, ...args);
    })();
    return heard;
  };
  return stream;
}
