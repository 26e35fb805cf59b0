/**
 * What a tab's stores see of the connection, whether this tab holds it or another does.
 *
 * Decides who answers whom among the tabs. Frames from the server reach every tab in the same order; frames to the
 * server go through the leader. What must not be lost is never kept here: logs ask again, the outbox sends again.
 */

import type { Clock } from "../clock.ts";
import type { LinkState } from "../connection/machine.ts";
import { Emitter } from "../emitter.ts";
import type { ClientFrame, ServerFrame, WelcomeFrame } from "../wire.ts";
import type { Locks } from "./leadership.ts";
import { Leadership } from "./leadership.ts";
import type { SwitchboardPorts, Wants } from "./switchboard.ts";
import { Switchboard } from "./switchboard.ts";

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

type Note =
  /** A leader introduces itself, or answers `anyone`. */
  | { m: "lead"; state: LinkState }
  | { m: "anyone"; tab: string }
  | { m: "want"; tab: string; wants: Wants }
  | { m: "bye"; tab: string }
  | { m: "state"; state: LinkState }
  | { m: "frame"; frame: ServerFrame }
  | { m: "post"; frame: ClientFrame }
  | { m: "nudge" }
  | { m: "news"; news: unknown };

export interface LinkPorts {
  clock: Clock;
  locks: Locks | null;
  channel: Channel | null;
  /** Names the installation, the application and the person: only tabs of the same kind share a connection. */
  name: string;
  tab: string;
  visible(): boolean;
  connection: Omit<SwitchboardPorts, "onState" | "onFrame" | "clock">;
}

/** A visible follower asks this often whether the leader still answers. */
export const ANYONE_EVERY_MS = 4_000;
/** Without an answer for this long the leader is deposed. */
export const SILENCE_MS = 9_000;

export class Link {
  state: LinkState = { tag: "idle" };
  readonly stateChanged = new Emitter<LinkState>();
  readonly frames = new Emitter<ServerFrame>();
  /** What another tab told by `tell`. */
  readonly news = new Emitter<unknown>();

  private readonly leadership: Leadership;
  private board: Switchboard | null = null;
  private wants: Wants = { convs: {}, owners: {} };
  private heardAt: number;
  private cancelWatch: (() => void) | null = null;
  private closed = false;

  constructor(private readonly ports: LinkPorts) {
    this.heardAt = ports.clock.now();
    this.leadership = new Leadership(ports.name, {
      locks: ports.channel ? ports.locks : null,
      lead: () => this.lead(),
      follow: () => this.follow(),
    });
  }

  start(): void {
    if (this.ports.channel) this.ports.channel.onmessage = ({ data }) => this.hear(data as Note);
    this.leadership.start();
    this.say({ m: "anyone", tab: this.ports.tab });
    this.watch();
  }

  get leading(): boolean {
    return this.leadership.leading;
  }

  get welcome(): WelcomeFrame | null {
    return this.state.tag === "live" ? this.state.welcome : null;
  }

  /** Follows `wants` from now on; called again whenever a stream is added or dropped. */
  want(wants: Wants): void {
    this.wants = wants;
    if (this.board) this.board.want(this.ports.tab, wants);
    else this.say({ m: "want", tab: this.ports.tab, wants });
  }

  /** Sends when somebody is live; says whether it was handed on. */
  post(frame: ClientFrame): boolean {
    if (this.board) return this.board.post(frame);
    if (this.state.tag !== "live") return false;
    this.say({ m: "post", frame });
    return true;
  }

  tell(news: unknown): void {
    this.say({ m: "news", news });
  }

  nudge(): void {
    if (this.board) this.board.connection.nudge();
    else this.say({ m: "nudge" });
  }

  doubt(): void {
    this.board?.connection.doubt();
  }

  /** Leaves the others; whatever is asked of it afterwards does nothing. */
  close(): void {
    if (this.closed) return;
    this.say({ m: "bye", tab: this.ports.tab });
    this.closed = true;
    this.cancelWatch?.();
    this.board?.close();
    this.board = null;
    this.leadership.close();
    this.stateChanged.clear();
    this.frames.clear();
    this.ports.channel?.close();
  }

  private lead(): void {
    this.board = new Switchboard({
      ...this.ports.connection,
      clock: this.ports.clock,
      onState: (state) => {
        this.say({ m: "state", state });
        this.become(state);
      },
      onFrame: (frame) => {
        this.say({ m: "frame", frame });
        this.frames.emit(frame);
      },
    });
    this.board.want(this.ports.tab, this.wants);
    this.board.connection.start();
    this.say({ m: "lead", state: this.board.connection.state });
  }

  /** Another tab took over while this one did not answer. */
  private follow(): void {
    this.board?.close();
    this.board = null;
    this.become({ tag: "opening", attempt: 0 });
    this.say({ m: "anyone", tab: this.ports.tab });
  }

  private hear(note: Note): void {
    if (this.board) return this.hearAsLeader(this.board, note);
    switch (note.m) {
      case "lead":
        this.heard();
        this.become(note.state);
        return this.say({ m: "want", tab: this.ports.tab, wants: this.wants });
      case "state":
        this.heard();
        return this.become(note.state);
      case "frame":
        this.heard();
        return this.frames.emit(note.frame);
      case "news":
        return this.news.emit(note.news);
      default:
        return;
    }
  }

  private hearAsLeader(board: Switchboard, note: Note): void {
    switch (note.m) {
      case "anyone":
        return this.say({ m: "lead", state: board.connection.state });
      case "want":
        return board.want(note.tab, note.wants);
      case "bye":
        return board.forget(note.tab);
      case "post":
        board.post(note.frame);
        return;
      case "nudge":
        return board.connection.nudge();
      case "news":
        return this.news.emit(note.news);
      default:
        return;
    }
  }

  private watch(): void {
    this.cancelWatch = this.ports.clock.after(ANYONE_EVERY_MS, () => {
      this.watch();
      if (this.board || !this.ports.visible()) return this.heard();
      if (this.ports.clock.now() - this.heardAt >= SILENCE_MS) return this.leadership.depose();
      this.say({ m: "anyone", tab: this.ports.tab });
    });
  }

  private heard(): void {
    this.heardAt = this.ports.clock.now();
  }

  private become(state: LinkState): void {
    this.state = state;
    this.stateChanged.emit(state);
  }

  private say(note: Note): void {
    if (!this.closed) this.ports.channel?.postMessage(note);
  }
}
