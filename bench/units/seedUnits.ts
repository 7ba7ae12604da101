import type { Units } from "./billedUnits";

/** How long the container of the comparison runs, in minutes; the seed looks at it once a minute. */
const minutes = 10;

/**
 * The design of the batch API submitter: the message is a write, its stream starts the execution, which submits, waits a
 * minute, asks, chooses, and so on: three transitions and an invocation each time. Nobody is told.
 */
export const seedContainer: Units = {
  "API request": 1,
  "table write": 1,
  // The start, the submission, and what follows the last choice.
  "state transition": 3 + 3 * minutes,
  // The trigger, the submission and the looks.
  invocation: 2 + minutes,
};

/**
 * The design of Bellflower: an execution is started by hand, processes, hands over by a queue, and notifies. Nothing is
 * recorded anywhere, and nobody can ask how it stands.
 */
export const seedHandoff: Units = {
  // The start, processing, the wait, and the notification.
  "state transition": 4,
  // Processing, and the integration function twice: for the message and for the file.
  invocation: 3,
  "queue request": 3,
  // The task token; the answer.
  "S3 write": 2,
  "S3 read": 1,
  notification: 1,
};
