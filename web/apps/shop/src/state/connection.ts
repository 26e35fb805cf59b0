/**
 * The live connection of this browser's person: one client for the whole page, opened when a conversation is. This
 * module and what it brings are loaded only then.
 */
import { openClient, type Client, type Snapshot } from "@liyu/client";

import { api, type Me } from "../api/api.ts";
import { useSession } from "./session.ts";

interface Held {
  readonly person: string;
  readonly client: Promise<Client>;
}

let held: Held | null = null;
/** Conversations of this page, by the shop's slug. */
const opened = new Map<string, string>();

/** The person's client; another person's is closed first. */
export async function clientOf(me: Me): Promise<Client> {
  if (held?.person !== me.id) {
    const before = held;
    opened.clear();
    held = { person: me.id, client: openClient({ person: me.id, api }) };
    void before?.client.then((client) => client.close());
  }
  return held.client;
}

export interface Opened {
  readonly client: Client;
  readonly snapshot: Snapshot;
}

/** The person's conversation with the shop; both are made when they are not there. Throws `Problem`. */
export async function openConversation(slug: string): Promise<Opened> {
  const me = await useSession().arrive(slug);
  const [client, snapshot] = await Promise.all([
    clientOf(me),
    api.post<Snapshot>(`/shops/${encodeURIComponent(slug)}/conversation`),
  ]);
  opened.set(slug, snapshot.id);
  return { client, snapshot };
}

/** Tells the shop's people which product is looked at, once there is a conversation with them on this page. */
export async function tellLooking(slug: string, product: { id: string; title: string } | null): Promise<void> {
  const conv = opened.get(slug);
  if (conv && held) (await held.client).signals.view(conv, product);
}

/** Reports unread messages of the person's conversations now and whenever they change; the answer stops it. */
export async function followUnread(report: (count: number) => void): Promise<() => void> {
  const me = await useSession().whoami();
  if (!me) return () => undefined;
  const inbox = (await clientOf(me)).inbox(`p:${me.id}`);
  const tell = (): void => {
    const entries = [...inbox.entries.values()].filter((entry) => !entry.gone);
    report(entries.reduce((sum, entry) => sum + (entry.unread ?? 0), 0));
  };
  tell();
  return inbox.changed.on(tell);
}
