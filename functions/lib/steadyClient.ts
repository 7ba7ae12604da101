/**
 * Options of a client whose requests all go to one place, such as one table or one bucket: the SDK puts its middleware
 * together once for each command, not for each request, which takes a fifth of what a request costs the function. The
 * requests of a command then share a context, which holds the endpoint: a client of several buckets must not have it.
 * Source: `cacheMiddleware` in the SDK's SmithyConfiguration
 */
export const steadyClient = { cacheMiddleware: true } as const;
