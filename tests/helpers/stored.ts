import { deserialize, serialize } from "node:v8";

/** State as the data folder gives it back: plain data without references to what runs. */
export function stored<State>(state: State): State {
  return deserialize(serialize(state)) as State;
}
