/** What is known of an output that is changed on its way. */
export interface TransformedOutput {
  /** The platform's id of its job. */
  readonly id: string;
  readonly fileName: string;
  readonly contentType: string;
}

/**
 * Changes an output on its way into the bucket, from stream to stream. An error that it throws fails the job for good:
 * the same output would fail again.
 */
export type Transform = (source: AsyncIterable<Buffer>, output: TransformedOutput) => AsyncIterable<Buffer>;
