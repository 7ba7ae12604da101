import assert from "node:assert/strict";

interface ClientError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** For `assert.rejects`: the error of an SDK's client, by AWS's name for it and its status. */
export function refusal(name: string, status: number): (error: ClientError) => true {
  return (error) => {
    assert.deepEqual([error.name, error.$metadata?.httpStatusCode], [name, status], error.message);
    return true;
  };
}
