/** What a function of 256 MB, which is a seventh of a processor, has use for; more would only wait for it. */
const atOnce = 5;

/**
 * Does work about each of `all`, five at the same time and beginning in their order.
 * @returns what came of each, in their order
 * @throws what work throws
 */
export async function together<One, Result>(
  all: readonly One[],
  work: (one: One) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = all.entries();
  const workOff = async () => {
    for (const [index, one] of waiting) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, workOff));
  return results;
}
