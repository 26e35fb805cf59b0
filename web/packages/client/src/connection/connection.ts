/**
 * The shell around the machine: owns the socket and the timers, runs the effects, decides nothing.
 *
 * Frames that arrive on a socket which was already given up are dropped.
 */

import type { Clock } from "../clock.ts";
import type { ClientFrame, Resume, ServerFrame } from "../wire.ts";
import { decodeServerFrame, PROTOCOL } from "../wire.ts";
import type { Effect, Input, LinkState, TimerName } from "./machine.ts";
import { step } from "./machine.ts";

/** The part of a WebSocket that is used. */
export interface Socket {
  send(text: string): void;
  close(code: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface ConnectionPorts {
  clock: Clock;
  random(): number;
  openSocket(): Socket;
  /** A bearer token where no session cookie speaks; `null` otherwise. */
  token(): string | null;
  device(): string | null;
  resume(): Resume;
  heads(): Record<string, number>;
  onState(state: LinkState): void;
  onFrame(frame: ServerFrame): void;
}

export class Connection {
  state: LinkState = { tag: "idle" };
  private socket: Socket | null = null;
  private readonly timers = new Map<TimerName, () => void>();

  constructor(private readonly ports: ConnectionPorts) {}

  start(): void {
    this.handle({ tag: "start" });
  }

  stop(): void {
    this.handle({ tag: "stop" });
  }

  /** Try now instead of at the end of the wait. */
  nudge(): void {
    this.handle({ tag: "nudge" });
  }

  /** The network may be gone: find out by a ping with a short deadline. */
  doubt(): void {
    this.handle({ tag: "doubt" });
  }

  /** Sends when live and says whether it did; what must not be lost is kept by its own store and sent again. */
  post(frame: ClientFrame): boolean {
    if (this.state.tag !== "live") return false;
    this.transmit(frame);
    return true;
  }

  private handle(input: Input): void {
    const before = this.state;
    const [after, effects] = step(before, input, this.ports.random());
    this.state = after;
    if (after !== before && after.tag !== before.tag) this.ports.onState(after);
    for (const effect of effects) this.run(effect);
  }

  private run(effect: Effect): void {
    switch (effect.tag) {
      case "open":
        return this.open();
      case "hello":
        return this.transmit({
          t: "hello",
          proto: PROTOCOL,
          token: this.ports.token(),
          device: this.ports.device(),
          resume: this.ports.resume(),
        });
      case "ping":
      case "pong":
        return this.transmit({ t: effect.tag, heads: this.ports.heads() });
      case "close":
        return this.drop(effect.code);
      case "set":
        this.timers.get(effect.name)?.();
        this.timers.set(effect.name, this.ports.clock.after(effect.ms, () => this.handle({ tag: "timer", name: effect.name })));
        return;
      case "clear":
        this.timers.get(effect.name)?.();
        this.timers.delete(effect.name);
        return;
      case "deliver":
        return this.ports.onFrame(effect.frame);
    }
  }

  private open(): void {
    this.drop(1000);
    const socket = this.ports.openSocket();
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket === socket) this.handle({ tag: "opened" });
    };
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket || typeof data !== "string") return;
      const frame = decodeServerFrame(data);
      if (frame) this.handle({ tag: "frame", frame });
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.handle({ tag: "closed", code });
    };
  }

  private drop(code: number): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(code);
    } catch {
      // A socket that never opened may refuse to close; it is forgotten either way.
    }
  }

  private transmit(frame: ClientFrame): void {
    try {
      this.socket?.send(JSON.stringify(frame));
    } catch {
      // The close event follows and is what counts.
    }
  }
}
