import type {
  StreamReader,
  StreamRecord,
  StreamSource,
} from "../../services/lambda/eventSources/streamSource";
import type { Decisions } from "./decisions";

/**
 * Streams whose records come again after they were handled: a mapping that could not keep how far it had come begins
 * where it was before. Their order stays.
 */
export function streamsAgain(
  source: StreamSource,
  decisions: Decisions,
  active: () => boolean,
): StreamSource {
  return {
    async open(streamArn, position, principal) {
      const reader = await source.open(streamArn, position, principal);
      const place = principal.kind === "role" ? principal.roleArn : streamArn;
      return readerAgain(reader, () => active() && decisions.happens("stream batch again", place));
    },
  };
}

function readerAgain(reader: StreamReader, comesAgain: () => boolean): StreamReader {
  let last: readonly StreamRecord[] = [];
  return {
    async next(limit, signal) {
      const repeated = last;
      last = [];
      if (repeated.length > 0 && repeated.length <= limit && comesAgain()) return repeated;
      last = await reader.next(limit, signal);
      return last;
    },
    get position() {
      return reader.position;
    },
    seek(position) {
      last = [];
      reader.seek(position);
    },
    close: () => reader.close(),
  };
}
