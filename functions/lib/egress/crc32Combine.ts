/** The polynomial of CRC-32, reversed; a polynomial's highest bit is its coefficient of x⁰. */
const polynomial = 0xedb88320;
const one = 0x80000000;

/**
 * The CRC-32 of two texts one after the other, from that of each: so that the bytes of a part are read once for the
 * part's and for the object's. The method is zlib's: CRC-32 is linear, and what follows multiplies by a power of x.
 * @param secondLength in bytes
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  return (product(powerOfX(secondLength), first) ^ second) >>> 0;
}

/** x to the power of eight times as many, modulo the polynomial, by squaring. */
function powerOfX(bytes: number): number {
  let power = one;
  let square = one >>> 8;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = product(square, power);
    square = product(square, square);
  }
  return power;
}

function product(a: number, b: number): number {
  let sum = 0;
  let factor = b;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return sum >>> 0;
}
