import { invocation } from "./invocation";
import { logError } from "./logEvent";

type Handler<Event, Context, Answer> = (event: Event, context: Context) => Promise<Answer>;

/** Has each line that a handler logs say which invocation it is of, and logs an error that the handler throws. */
export function followed<Event, Context, Answer>(
  handler: Handler<Event, Context, Answer>,
): Handler<Event, Context, Answer> {
  let coldStart = true;
  return async (event, context) => {
    const { awsRequestId: requestId } = (context ?? {}) as { awsRequestId?: string };
    // What an `invoke` step is given; other events have no such fields, and their handlers name the job.
    const { jobId, process, step } = (event ?? {}) as { jobId?: unknown; process?: unknown; step?: unknown };
    Object.assign(invocation, { requestId, coldStart, jobId, process, step });
    coldStart = false;
    try {
      return await handler(event, context);
    } catch (error) {
      logError("invocation failed", error, {});
      throw error;
    }
  };
}
