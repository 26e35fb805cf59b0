/** What travels between server and browser: `wire.ts` from the server's structs, `rest.ts` from its OpenAPI document. */
export type { components, operations, paths } from "./rest.ts";
export * from "./wire.ts";
