/** Wire types, generated: `events.ts` from the server structs, `rest.ts` from its OpenAPI document. */
export {};
