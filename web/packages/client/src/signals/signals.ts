/**
 * Fleeting signs: typing, presence and what is looked at. Sent sparingly, believed for a short while.
 *
 * Nothing here is stored; a lost sign is replaced by the next or forgotten in time.
 */

import type { Clock } from "../clock.ts";
import { Emitter } from "../emitter.ts";
import type { ClientFrame, ServerFrame } from "../wire.ts";

export interface Viewing {
  product: string;
  title: string;
  /** When the sign came, by this machine's clock. */
  at: number;
}

export interface Signs {
  typing: ReadonlySet<string>;
  online: ReadonlySet<string>;
  viewing: ReadonlyMap<string, Viewing>;
}

export interface SignalPorts {
  clock: Clock;
  person(): string | null;
  post(frame: ClientFrame): boolean;
}

/** While somebody types, one sign per this time is enough for everybody else. */
export const TYPING_EVERY_MS = 2_000;
export const TYPING_LASTS_MS = 6_000;
/** The server tells a sign of this kind to latecomers for three minutes; it is renewed well before. */
export const VIEWING_EVERY_MS = 60_000;
export const VIEWING_LASTS_MS = 185_000;
/** Renewed by the server while somebody follows the conversation; ends by itself when that news is lost. */
export const PRESENCE_LASTS_MS = 100_000;

const NONE: Signs = { typing: new Set(), online: new Set(), viewing: new Map() };

export class Signals {
  readonly changed = new Emitter<string>();
  private readonly heard = new Map<string, Heard>();
  private readonly typed = new Map<string, number>();
  private readonly looking = new Map<string, { product: string; title: string; cancel: () => void }>();

  constructor(private readonly ports: SignalPorts) {}

  of(conv: string): Signs {
    return this.heard.get(conv)?.signs() ?? NONE;
  }

  /** The person is writing in `conv`; call at every keystroke. */
  typing(conv: string): void {
    const now = this.ports.clock.now();
    if (now - (this.typed.get(conv) ?? -Infinity) < TYPING_EVERY_MS) return;
    this.typed.set(conv, now);
    this.sign(conv, "typing", { on: true });
  }

  /** Sent, emptied or left. */
  typingStopped(conv: string): void {
    if (this.typed.delete(conv)) this.sign(conv, "typing", { on: false });
  }

  /** The person looks at a product, or at none (`null`). Repeated until it changes. */
  view(conv: string, product: { id: string; title: string } | null): void {
    this.looking.get(conv)?.cancel();
    this.looking.delete(conv);
    if (!product) return this.sign(conv, "viewing", { product: null });
    const again = (): void => {
      this.sign(conv, "viewing", { product: product.id, title: product.title });
      this.looking.set(conv, { product: product.id, title: product.title, cancel: this.ports.clock.after(VIEWING_EVERY_MS, again) });
    };
    again();
  }

  receive(frame: ServerFrame): void {
    if (frame.t === "events") return this.spoke(frame.conv, frame.list.map((event) => event.actor));
    if (frame.t !== "signal" || frame.who === this.ports.person()) return;
    const heard = this.heard.get(frame.conv) ?? new Heard(this.ports.clock, () => this.changed.emit(frame.conv));
    this.heard.set(frame.conv, heard);
    if (heard.take(frame.who, frame.kind, frame.body)) this.repeatViewing(frame.conv);
    this.changed.emit(frame.conv);
  }

  /** Whoever's message is here is no longer typing it. */
  private spoke(conv: string, actors: string[]): void {
    const heard = this.heard.get(conv);
    if (heard && actors.some((actor) => heard.stopTyping(actor))) this.changed.emit(conv);
  }

  /** The conversation is followed (again), or somebody came: tell at once what is looked at. */
  repeatViewing(conv: string): void {
    const looking = this.looking.get(conv);
    if (looking) this.sign(conv, "viewing", { product: looking.product, title: looking.title });
  }

  private sign(conv: string, kind: string, body: unknown): void {
    this.ports.post({ t: "signal", conv, kind, body, to: null });
  }
}

/** What is believed about the others of one conversation, each sign for its time. */
class Heard {
  private readonly typing = new Map<string, () => void>();
  private readonly online = new Map<string, () => void>();
  private readonly viewing = new Map<string, { value: Viewing; cancel: () => void }>();

  constructor(
    private readonly clock: Clock,
    private readonly expired: () => void,
  ) {}

  signs(): Signs {
    return {
      typing: new Set(this.typing.keys()),
      online: new Set(this.online.keys()),
      viewing: new Map([...this.viewing].map(([who, { value }]) => [who, value])),
    };
  }

  /** Takes a sign in; true when `who` has just come online. */
  take(who: string, kind: string, body: unknown): boolean {
    const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
    if (kind === "typing") {
      if (fields["on"] === true) this.believe(this.typing, who, TYPING_LASTS_MS);
      else this.stopTyping(who);
    } else if (kind === "viewing") {
      this.look(who, fields);
    } else if (kind === "presence") {
      const before = this.online.has(who);
      if (fields["online"] === true) this.believe(this.online, who, PRESENCE_LASTS_MS);
      else this.left(who);
      return fields["online"] === true && !before;
    }
    return false;
  }

  stopTyping(who: string): boolean {
    this.typing.get(who)?.();
    return this.typing.delete(who);
  }

  private left(who: string): void {
    this.stopTyping(who);
    this.online.get(who)?.();
    this.online.delete(who);
    this.viewing.get(who)?.cancel();
    this.viewing.delete(who);
  }

  private look(who: string, fields: Record<string, unknown>): void {
    this.viewing.get(who)?.cancel();
    this.viewing.delete(who);
    const { product, title } = fields;
    if (typeof product !== "string" || product === "" || typeof title !== "string") return;
    const cancel = this.clock.after(VIEWING_LASTS_MS, () => {
      this.viewing.delete(who);
      this.expired();
    });
    this.viewing.set(who, { value: { product, title, at: this.clock.now() }, cancel });
  }

  private believe(signs: Map<string, () => void>, who: string, ms: number): void {
    signs.get(who)?.();
    signs.set(who, this.clock.after(ms, () => {
      signs.delete(who);
      this.expired();
    }));
  }
}
