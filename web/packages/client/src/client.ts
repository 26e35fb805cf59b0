/**
 * Everything of one signed-in person in one browser tab, wired together: link, logs, inboxes, outbox, drafts, marks
 * and signs. Decides only who hears which frame.
 */

import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { Socket } from "./connection/connection.ts";
import type { LinkState } from "./connection/machine.ts";
import { Drafts } from "./drafts.ts";
import { FileLinks } from "./files.ts";
import type { Api } from "./http/api.ts";
import { InboxStore, type InboxPage } from "./inbox/inbox.ts";
import { ConversationLog } from "./log/log.ts";
import { type OutboxNews, Outbox } from "./outbox/outbox.ts";
import { Products } from "./products.ts";
import { Cursors } from "./signals/cursors.ts";
import { Signals } from "./signals/signals.ts";
import type { Storage } from "./storage/database.ts";
import type { Locks } from "./tabs/leadership.ts";
import type { Channel } from "./tabs/link.ts";
import { Link } from "./tabs/link.ts";
import type { Wants } from "./tabs/switchboard.ts";
import { Uploads } from "./uploads.ts";
import type { LogEvent, Message, ServerFrame, Snapshot } from "./wire.ts";

export interface ClientOptions {
  /** Such as `shop` or `desk`: tabs of one application share a connection. */
  scope: string;
  person: string;
  api: Api;
  storage: Storage;
  openSocket(): Socket;
  locks: Locks | null;
  channel: Channel | null;
  clock?: Clock;
  random?(): number;
  token?(): string | null;
  device?(): string | null;
  visible?(): boolean;
}

interface Held<T> {
  value: T;
  uses: number;
}

export class Client {
  readonly api: Api;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly cursors: Cursors;
  readonly signals: Signals;
  readonly uploads: Uploads;
  readonly files: FileLinks;
  readonly products: Products;
  private readonly clock: Clock;
  private readonly logs = new Map<string, Held<ConversationLog>>();
  private readonly inboxes = new Map<string, Held<InboxStore>>();

  constructor(private readonly options: ClientOptions) {
    const clock = options.clock ?? systemClock;
    const random = options.random ?? Math.random;
    const person = () => this.person;
    this.clock = clock;
    this.api = options.api;
    this.uploads = new Uploads(options.api, clock, random);
    this.files = new FileLinks(options.api, clock);
    this.products = new Products(options.api, clock);
    this.drafts = new Drafts(options.storage);
    this.link = new Link(linkPorts(options, clock, random));
    const post = this.link.post.bind(this.link);
    this.cursors = new Cursors({ clock, person, post });
    this.signals = new Signals({ clock, person, post });
    this.outbox = new Outbox({
      clock,
      random,
      storage: options.storage,
      post,
      announce: (news) => this.link.tell(news),
      upload: (entry, attachment, report) =>
        this.uploads.upload({ ...attachment, ...report, conversation: entry.conv }),
    });
  }

  get person(): string {
    return this.options.person;
  }

  /** False when the browser keeps nothing: an unsent message would not survive a reload. */
  get durable(): boolean {
    return this.options.storage.durable;
  }

  async start(): Promise<void> {
    this.link.frames.on((frame) => this.receive(frame));
    this.link.stateChanged.on((state) => this.moved(state));
    this.link.news.on((news) => void this.outbox.hear(news as OutboxNews));
    await this.outbox.restore();
    this.link.start();
  }

  close(): void {
    this.link.close();
    for (const { value } of this.logs.values()) value.close();
    this.options.storage.close();
  }

  /** The log of `conv`, loaded and followed until `release`d as often as it was asked for. */
  conversation(conv: string, snapshot: Snapshot | null = null): ConversationLog {
    const held = this.logs.get(conv);
    if (held) {
      held.uses++;
      return held.value;
    }
    const log = new ConversationLog(conv, this.logPorts(), snapshot);
    this.logs.set(conv, { value: log, uses: 1 });
    log.arrived.on((events) => this.settle(log, events));
    this.repeatWhenCurrent(log);
    if (snapshot) this.opened(log);
    else void log.load().then(() => this.opened(log));
    return log;
  }

  /** A sign that was sent before the server knew of this reader is lost: it is repeated once the log is current. */
  private repeatWhenCurrent(log: ConversationLog): void {
    let current = false;
    log.changed.on(() => {
      const now = log.state.tag === "current";
      if (now && !current) this.signals.repeatViewing(log.conv);
      current = now;
    });
  }

  release(conv: string): void {
    const held = this.logs.get(conv);
    if (!held || --held.uses > 0) return;
    this.logs.delete(conv);
    held.value.close();
    this.follow();
  }

  /** The inbox of `owner`, loaded and followed until the client closes. */
  inbox(owner: string): InboxStore {
    const held = this.inboxes.get(owner);
    if (held) return held.value;
    const store = new InboxStore(owner, {
      post: (frame) => this.link.post(frame),
      loadPage: (of, cursor) => this.api.get<InboxPage>(`/inboxes/${encodeURIComponent(of)}`, { query: { cursor, limit: 50 } }),
    });
    this.inboxes.set(owner, { value: store, uses: 1 });
    void store.load().then(() => this.follow());
    return store;
  }

  private logPorts(): ConstructorParameters<typeof ConversationLog>[1] {
    return {
      clock: this.clock,
      post: (frame) => this.link.post(frame),
      loadSnapshot: (conv) => this.api.get<Snapshot>(`/conversations/${conv}`),
      loadBefore: (conv, before, limit) =>
        this.api.get<{ items: Message[]; more: boolean }>(`/conversations/${conv}/messages`, { query: { before, limit } }),
    };
  }

  private opened(log: ConversationLog): void {
    const snapshot = log.snapshot;
    if (!snapshot || this.logs.get(log.conv)?.value !== log) return;
    const mine = snapshot.members.find((member) => member.person.id === this.person);
    if (mine) this.cursors.known(log.conv, { read: mine.read ?? 0, delivered: mine.delivered ?? 0 });
    this.settle(log, snapshot.messages);
    log.setLive(this.link.state.tag === "live");
    this.follow();
  }

  /** Tells the link everything that this tab follows and from where. */
  private follow(): void {
    const wants: Wants = { convs: {}, owners: {} };
    for (const [conv, { value }] of this.logs) {
      const position = value.position();
      if (position) wants.convs[conv] = position;
    }
    for (const [owner, { value }] of this.inboxes) {
      const rev = value.position();
      if (rev !== null) wants.owners[owner] = rev;
    }
    this.link.want(wants);
  }

  private moved(state: LinkState): void {
    const live = state.tag === "live";
    this.outbox.setSender(live && this.link.leading ? state.welcome.person : null);
    for (const { value } of this.logs.values()) value.setLive(live);
    if (live) this.cursors.flush();
  }

  private receive(frame: ServerFrame): void {
    for (const { value } of this.logs.values()) value.receive(frame);
    for (const { value } of this.inboxes.values()) value.receive(frame);
    if (this.link.leading) this.outbox.receive(frame);
    this.cursors.receive(frame);
    this.signals.receive(frame);
  }

  /** Messages that arrived by the log are no longer waiting; those of others are delivered. */
  private settle(log: ConversationLog, events: readonly LogEvent[]): void {
    const head = log.snapshot?.head ?? 0;
    this.outbox.settle(log.conv, head, new Set(events.map((event) => event.cid)));
    if (events.some((event) => event.actor !== this.person)) this.cursors.delivered(log.conv, head);
  }
}

function linkPorts(options: ClientOptions, clock: Clock, random: () => number): ConstructorParameters<typeof Link>[0] {
  return {
    clock,
    locks: options.locks,
    channel: options.channel,
    name: `liyu:${options.scope}:${options.person}`,
    tab: Math.floor(random() * 2 ** 48).toString(36),
    visible: options.visible ?? (() => document.visibilityState === "visible"),
    connection: {
      random,
      openSocket: options.openSocket,
      token: options.token ?? (() => null),
      device: options.device ?? (() => null),
    },
  };
}
