// The files with one algorithm each: the package's own index brings all of them, 210 KB.
declare module "hash-wasm/dist/crc32.umd.min.js" {
  export { createCRC32 } from "hash-wasm";
}
declare module "hash-wasm/dist/md5.umd.min.js" {
  export { createMD5 } from "hash-wasm";
}
declare module "hash-wasm/dist/sha256.umd.min.js" {
  export { createSHA256 } from "hash-wasm";
}
declare module "hash-wasm/dist/sha512.umd.min.js" {
  export { createSHA512 } from "hash-wasm";
}
