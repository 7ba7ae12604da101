/** The process, and its one step, of jobs that a platform's webhook starts. No process of a catalogue has this name. */
export const egressProcess = "egress";

/** The one event that is acted upon. */
export const completionEvent = "job_complete";
