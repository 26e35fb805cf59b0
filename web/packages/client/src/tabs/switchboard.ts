/**
 * The leader's side: one connection for all tabs. Knows which tab wants which conversation and inbox, subscribes the
 * union, resumes it after a cut, and passes every frame on to everybody.
 *
 * It must not judge frames: each tab's own logs decide what is new, and ask for their own gaps.
 */

import type { ConnectionPorts } from "../connection/connection.ts";
import { Connection } from "../connection/connection.ts";
import type { LinkState } from "../connection/machine.ts";
import type { ClientFrame, Resume, ServerFrame } from "../wire.ts";

/** What one tab follows and where it stands. */
export interface Wants {
  convs: Record<string, [epoch: number, seq: number]>;
  owners: Record<string, number>;
}

export interface SwitchboardPorts extends Omit<ConnectionPorts, "resume" | "heads" | "onState" | "onFrame"> {
  onState(state: LinkState): void;
  onFrame(frame: ServerFrame): void;
}

export class Switchboard {
  readonly connection: Connection;
  private readonly tabs = new Map<string, Wants>();
  private readonly heads = new Map<string, [epoch: number, seq: number]>();
  private readonly revs = new Map<string, number>();
  /** What the last `hello` named. Whatever was wanted between it and its `welcome` is asked for then. */
  private greeted: Resume = {};

  constructor(private readonly ports: SwitchboardPorts) {
    this.connection = new Connection({
      ...ports,
      resume: () => this.resume(),
      heads: () => Object.fromEntries([...this.heads].map(([conv, [, seq]]) => [conv, seq])),
      onState: ports.onState,
      onFrame: (frame) => this.pass(frame),
    });
  }

  /** A tab says everything that it follows; what is new to the union is subscribed from where that tab stands. */
  want(tab: string, wants: Wants): void {
    const before = this.tabs.get(tab);
    this.tabs.set(tab, wants);
    for (const [conv, [epoch, after]] of Object.entries(wants.convs)) {
      if (before?.convs[conv]) continue;
      if (!this.heads.has(conv)) this.heads.set(conv, [epoch, after]);
      this.connection.post({ t: "sub", conv, epoch, after });
    }
    for (const [owner, after] of Object.entries(wants.owners)) {
      if (before?.owners[owner] !== undefined) continue;
      if (!this.revs.has(owner)) this.revs.set(owner, after);
      this.connection.post({ t: "watch", owner, after });
    }
    this.release(before);
  }

  forget(tab: string): void {
    const before = this.tabs.get(tab);
    this.tabs.delete(tab);
    this.release(before);
  }

  post(frame: ClientFrame): boolean {
    if (frame.t === "sub") this.heads.set(frame.conv, [frame.epoch, frame.after]);
    if (frame.t === "watch") this.revs.set(frame.owner, frame.after);
    return this.connection.post(frame);
  }

  close(): void {
    this.connection.stop();
  }

  private release(before: Wants | undefined): void {
    if (!before) return;
    for (const conv of Object.keys(before.convs)) {
      if (this.wanted((wants) => conv in wants.convs)) continue;
      this.heads.delete(conv);
      this.connection.post({ t: "unsub", conv });
    }
    for (const owner of Object.keys(before.owners)) {
      if (this.wanted((wants) => owner in wants.owners)) continue;
      this.revs.delete(owner);
      this.connection.post({ t: "unwatch", owner });
    }
  }

  private wanted(test: (wants: Wants) => boolean): boolean {
    return [...this.tabs.values()].some(test);
  }

  private resume(): Resume {
    this.greeted = { heads: Object.fromEntries(this.heads), inboxes: Object.fromEntries(this.revs) };
    return this.greeted;
  }

  private askForTheRest(): void {
    for (const [conv, [epoch, after]] of this.heads) {
      if (!this.greeted.heads?.[conv]) this.connection.post({ t: "sub", conv, epoch, after });
    }
    for (const [owner, after] of this.revs) {
      if (this.greeted.inboxes?.[owner] === undefined) this.connection.post({ t: "watch", owner, after });
    }
  }

  /** Remembers how far each stream has passed, which is where a cut connection resumes. */
  private pass(frame: ServerFrame): void {
    if (frame.t === "welcome") this.askForTheRest();
    if (frame.t === "events") {
      const known = this.heads.get(frame.conv);
      if (known && known[0] === frame.epoch) this.heads.set(frame.conv, [frame.epoch, Math.max(known[1], frame.to)]);
    } else if (frame.t === "inbox") {
      const known = this.revs.get(frame.owner);
      if (known !== undefined) this.revs.set(frame.owner, Math.max(known, frame.to));
    }
    this.ports.onFrame(frame);
  }
}
