/**
 * Requests to `/api/v1` with the session's cookie, the CSRF header and the reader's language.
 *
 * Decides nothing about what is asked; every failure is a `Problem`.
 */

import { networkProblem, problemOf } from "./problem.ts";

const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const DEADLINE_MS = 20_000;

/** Shop and desk are signed in apart, each with cookies of its own: one browser may show both, to two people. */
export type Face = "shop" | "desk";

const CSRF_COOKIE: Record<Face, string> = { shop: "liyu_csrf", desk: "liyu_desk_csrf" };

export interface ApiOptions {
  /** Whose session speaks; the shop's unless told otherwise. */
  face?: Face;
  /** Such as `/api/v1`; without a slash at the end. */
  base: string;
  language(): string;
  /** A bearer token where no cookie can live; `null` otherwise. */
  token?(): string | null;
  fetch?: typeof fetch;
  cookies?(): string;
}

export interface RequestOptions {
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
  signal?: AbortSignal;
  deadlineMs?: number;
}

export class Api {
  readonly face: Face;

  constructor(private readonly options: ApiOptions) {
    this.face = options.face ?? "shop";
  }

  get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.request<T>("GET", path, options);
  }

  post<T>(path: string, json?: unknown, options: RequestOptions = {}): Promise<T> {
    return this.request<T>("POST", path, { ...options, json: json ?? {} });
  }

  put<T>(path: string, json: unknown, options: RequestOptions = {}): Promise<T> {
    return this.request<T>("PUT", path, { ...options, json });
  }

  patch<T>(path: string, json: unknown, options: RequestOptions = {}): Promise<T> {
    return this.request<T>("PATCH", path, { ...options, json });
  }

  delete(path: string, options: RequestOptions = {}): Promise<void> {
    return this.request<void>("DELETE", path, options);
  }

  /** The parsed body of the answer (`undefined` when it has none). Throws `Problem`. */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, options);
    if (response.status === 204 || method === "HEAD") return undefined as T;
    const text = await response.text().catch(() => {
      throw networkProblem();
    });
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** The answer itself, for whoever reads headers. Throws `Problem` unless it is 2xx. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const { signal, release } = deadlineSignal(options.deadlineMs ?? DEADLINE_MS, options.signal);
    let response: Response;
    try {
      response = await (this.options.fetch ?? fetch)(this.url(path, options.query), {
        method,
        signal,
        headers: this.headers(method, options),
        body: options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json),
        credentials: "same-origin",
        cache: "no-store",
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw networkProblem();
    } finally {
      release();
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  private url(path: string, query: RequestOptions["query"]): string {
    const pairs = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== null && value !== undefined && value !== "") pairs.set(name, String(value));
    }
    const text = pairs.toString();
    return this.options.base + path + (text === "" ? "" : `?${text}`);
  }

  private headers(method: string, options: RequestOptions): Record<string, string> {
    const headers: Record<string, string> = { "Accept-Language": this.options.language(), ...options.headers };
    if (this.face !== "shop") headers["X-Liyu-Client"] = this.face;
    if (options.json !== undefined) headers["Content-Type"] = "application/json";
    const token = this.options.token?.() ?? null;
    if (token !== null) headers["Authorization"] = `Bearer ${token}`;
    else if (UNSAFE.has(method)) headers["X-CSRF-Token"] = this.cookie(CSRF_COOKIE[this.face]);
    return headers;
  }

  private cookie(name: string): string {
    const jar = this.options.cookies?.() ?? document.cookie;
    const found = jar.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found === undefined ? "" : decodeURIComponent(found.slice(name.length + 1));
  }
}

/** Aborts after `ms` or with `outer` (`AbortSignal.any` and `.timeout` are younger than the browsers that we serve). */
function deadlineSignal(ms: number, outer: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(abort, ms);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    },
  };
}
