import { S3Client } from "@aws-sdk/client-s3";

/**
 * A client that does not compute the SHA-256 of what it uploads, which takes longer than sending it: its signature
 * covers a CRC-32 of each part instead, and TLS, which the bucket demands, the rest.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, UNSIGNED-PAYLOAD
 */
export function uploadClient(): S3Client {
  const client = new S3Client({});
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const request = args.request as { readonly headers?: Record<string, string> };
        if (uploads.includes(commandName) && request.headers)
          request.headers[hashHeader] = "UNSIGNED-PAYLOAD";
        return next(args);
      },
    { step: "build", name: "unsignedUploads" },
  );
  return client;
}

const uploads = ["PutObjectCommand", "UploadPartCommand"];
const hashHeader = "x-amz-content-sha256";
