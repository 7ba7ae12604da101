import { crc32 } from "node:zlib";

/** The big-endian bytes of a CRC, as S3 writes them in base64. */
export function crc32Digest(data: Buffer): Buffer {
  return bytesOf(crc32(data));
}

/** CRC-32C (Castagnoli), polynomial 0x1edc6f41, reflected. */
export function crc32cDigest(data: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
  return bytesOf(~crc >>> 0);
}

/** CRC-64/NVME, polynomial 0xad93d23594c93659, reflected; in two halves, because numbers hold 53 bits. */
export function crc64NvmeDigest(data: Buffer): Buffer {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] ?? 0);
    high = (high >>> 8) ^ (crc64High[index] ?? 0);
  }
  return Buffer.concat([bytesOf(~high >>> 0), bytesOf(~low >>> 0)]);
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

const crc64Table = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
  return value;
});

const crc64High = Uint32Array.from(crc64Table, (value) => Number(value >> 32n));

const crc64Low = Uint32Array.from(crc64Table, (value) => Number(value & 0xffffffffn));

function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
