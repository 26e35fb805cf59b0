/** What a close code asks of the client. The ranges are the protocol's: 44xx never, 45xx at once, 46xx later. */

export type Return = "never" | "now" | "later";

export function returnAfter(code: number): Return {
  if (code >= 4400 && code < 4500) return "never";
  if (code >= 4500 && code < 4600) return "now";
  return "later";
}

/** Codes after which signing in again may help; the others of 44xx mean that this program must be renewed. */
export function needsSignIn(code: number): boolean {
  return code === 4401 || code === 4402;
}
