/** What went wrong with a request, as the server says it (RFC 9457) or as the network left it. */

export class Problem extends Error {
  override name = "Problem";

  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Stable code that the program may act on; `network` when no answer came. */
    readonly code: string,
    /** A sentence for the person, in the language asked for; empty when the program must say it. */
    readonly detail: string,
    readonly retryable: boolean,
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${code} (${status})`);
  }
}

export function networkProblem(): Problem {
  return new Problem(0, "network", "", true);
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : networkProblem();
}

/** The problem that `response` tells. Never throws; an answer that is no problem document keeps its status. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const value: unknown = await response.json();
    if (typeof value === "object" && value !== null) body = value as Record<string, unknown>;
  } catch {
    // A proxy's page or nothing at all: the status alone speaks.
  }
  const retryable = typeof body["retryable"] === "boolean" ? body["retryable"] : response.status >= 500 || response.status === 429;
  return new Problem(
    response.status,
    typeof body["code"] === "string" ? body["code"] : `http.${response.status}`,
    typeof body["detail"] === "string" ? body["detail"] : "",
    retryable,
    typeof body["retry_after_ms"] === "number" ? body["retry_after_ms"] : null,
  );
}
