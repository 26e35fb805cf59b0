/**
 * A voice note from the microphone: start, loudness while it goes, stop into one piece.
 *
 * Knows the browser's recorder and nothing of messages. The microphone is released in every ending.
 */

export type RecorderProblem = "denied" | "missing" | "unsupported";

export class RecorderError extends Error {
  constructor(readonly problem: RecorderProblem) {
    super(problem);
  }
}

export interface Recording {
  blob: Blob;
  mediaType: string;
  durationMs: number;
  /** 64 loudness values, 0 to 100. */
  waveform: number[];
}

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];
const LEVEL_EVERY_MS = 60;
const VALUES = 64;

export class Recorder {
  private chunks: Blob[] = [];
  private levels: number[] = [];
  private startedAt = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    private readonly audio: AudioContext | null,
    private readonly onLevel: (levels: readonly number[], elapsedMs: number) => void,
  ) {}

  /** Asks for the microphone and begins. Throws `RecorderError`. */
  static async start(onLevel: (levels: readonly number[], elapsedMs: number) => void): Promise<Recorder> {
    if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices) throw new RecorderError("unsupported");
    const stream = await microphone();
    const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
    let recorder: MediaRecorder;
    try {
      recorder = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {});
    } catch {
      release(stream);
      throw new RecorderError("unsupported");
    }
    const made = new Recorder(stream, recorder, typeof AudioContext === "undefined" ? null : new AudioContext(), onLevel);
    made.begin();
    return made;
  }

  private begin(): void {
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) this.chunks.push(data);
    };
    this.recorder.start(1_000);
    this.startedAt = performance.now();
    const read = this.meter();
    this.timer = setInterval(() => {
      this.levels.push(read());
      this.onLevel(this.levels, performance.now() - this.startedAt);
    }, LEVEL_EVERY_MS);
  }

  /** Ends into one piece of sound. */
  stop(): Promise<Recording> {
    const durationMs = Math.round(performance.now() - this.startedAt);
    return new Promise((resolve) => {
      this.recorder.onstop = () => {
        const mediaType = (this.recorder.mimeType || "audio/webm").split(";")[0]!;
        this.close();
        resolve({ blob: new Blob(this.chunks, { type: mediaType }), mediaType, durationMs, waveform: resampled(this.levels, VALUES) });
      };
      this.recorder.stop();
    });
  }

  /** Ends and keeps nothing. */
  cancel(): void {
    this.recorder.ondataavailable = null;
    this.recorder.onstop = null;
    if (this.recorder.state !== "inactive") this.recorder.stop();
    this.close();
  }

  private meter(): () => number {
    if (!this.audio) return () => 30;
    const analyser = this.audio.createAnalyser();
    analyser.fftSize = 1024;
    this.audio.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return () => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      // Speech lies between -50 and -10 dBFS; drawn from 0 to 100.
      const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) + 1e-6);
      return Math.round(Math.max(0, Math.min(100, (decibels + 50) * 2.5)));
    };
  }

  private close(): void {
    clearInterval(this.timer);
    release(this.stream);
    void this.audio?.close();
  }
}

async function microphone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new RecorderError(name === "NotFoundError" || name === "NotReadableError" ? "missing" : "denied");
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** `count` values, each the loudest of its share of `levels`. */
export function resampled(levels: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, to));
  });
}
