/** The client's own id of a message: 128 random bits, so that the same id is the same message for ever. */

export function newCid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
