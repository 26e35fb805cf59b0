/**
 * Resumable upload of one file: begin, chunks from the server's offset, finish. Goes on after a lost network.
 *
 * Decides only how to go on; limits and types are the server's to judge.
 */

import type { Clock } from "./clock.ts";
import { fullJitterMs } from "./connection/backoff.ts";
import type { Api } from "./http/api.ts";
import { asProblem } from "./http/problem.ts";

export interface UploadedFile {
  id: string;
  kind: string;
  name: string;
  size: number;
  media_type: string;
  width?: number | null;
  height?: number | null;
  duration_ms?: number | null;
  waveform?: number[] | null;
  url?: string | null;
  thumb_url?: string | null;
  poster_url?: string | null;
}

export interface UploadRequest {
  purpose: string;
  conversation: string | null;
  blob: Blob;
  name: string;
  mediaType: string;
  /** An upload that was begun earlier, to be resumed. */
  uploadId: string | null;
  signal: AbortSignal;
  begun(uploadId: string): void;
  moved(sent: number, total: number): void;
}

interface Begun {
  id: string;
  offset: number;
  chunk_bytes: number;
}

/** Failures in a row before the upload is given back to its owner as retryable. */
const MAX_FAILURES = 8;
const DEFAULT_CHUNK = 256 * 1024;
const CHUNK_DEADLINE_MS = 60_000;
const FINISH_DEADLINE_MS = 60_000;

export class Uploads {
  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly random: () => number = Math.random,
  ) {}

  /** The file as the server keeps it. Throws `Problem`; a retryable one means that resuming later may succeed. */
  async upload(request: UploadRequest): Promise<UploadedFile> {
    const begun = (await this.resumed(request)) ?? (await this.begin(request));
    await this.sendFrom(begun, request);
    const { file } = await this.api.post<{ file: UploadedFile }>(`/uploads/${begun.id}/finish`, {}, {
      signal: request.signal,
      deadlineMs: FINISH_DEADLINE_MS,
    });
    return file;
  }

  private async begin(request: UploadRequest): Promise<Begun> {
    const begun = await this.api.post<Begun>("/uploads", {
      purpose: request.purpose,
      ...(request.conversation === null ? {} : { conversation: request.conversation }),
      name: request.name,
      size: request.blob.size,
      media_type: request.mediaType,
    }, { signal: request.signal });
    request.begun(begun.id);
    return begun;
  }

  /** The upload that was begun earlier, or `null` where there is none or the server has forgotten it. */
  private async resumed(request: UploadRequest): Promise<Begun | null> {
    if (request.uploadId === null) return null;
    try {
      return { id: request.uploadId, offset: await this.offset(request.uploadId, request.signal), chunk_bytes: DEFAULT_CHUNK };
    } catch (error) {
      if (asProblem(error).retryable) throw error;
      return null;
    }
  }

  private async sendFrom(begun: Begun, request: UploadRequest): Promise<void> {
    const total = request.blob.size;
    let offset = begun.offset;
    let failures = 0;
    request.moved(offset, total);
    while (offset < total) {
      try {
        offset = await this.sendChunk(begun, offset, request);
        failures = 0;
      } catch (error) {
        const problem = asProblem(error);
        if (request.signal.aborted || (!problem.retryable && problem.status !== 409)) throw error;
        if (++failures >= MAX_FAILURES) throw error;
        await this.pause(problem.retryAfterMs ?? fullJitterMs(failures, this.random()), request.signal);
        offset = await this.offset(begun.id, request.signal).catch(() => offset);
      }
      request.moved(offset, total);
    }
  }

  private async sendChunk(begun: Begun, offset: number, request: UploadRequest): Promise<number> {
    const chunk = request.blob.slice(offset, offset + begun.chunk_bytes);
    const answer = await this.api.request<{ offset: number }>("PATCH", `/uploads/${begun.id}`, {
      body: chunk,
      headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
      signal: request.signal,
      deadlineMs: CHUNK_DEADLINE_MS,
    });
    return answer.offset;
  }

  private async offset(uploadId: string, signal: AbortSignal): Promise<number> {
    const answer = await this.api.send("HEAD", `/uploads/${uploadId}`, { signal });
    return Number(answer.headers.get("Upload-Offset") ?? 0);
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      signal.addEventListener("abort", () => { cancel(); resolve(); }, { once: true });
    });
  }
}
