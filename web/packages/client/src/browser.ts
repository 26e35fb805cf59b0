/** The client as a browser runs it: real socket, IndexedDB, locks, channel, and the browser's word on the network. */

import { Client } from "./client.ts";
import type { Socket } from "./connection/connection.ts";
import type { Api, Face } from "./http/api.ts";
import { openStorage } from "./storage/database.ts";
import type { Locks } from "./tabs/leadership.ts";
import type { Channel } from "./tabs/link.ts";

export interface BrowserOptions {
  person: string;
  api: Api;
  token?(): string | null;
}

/**
 * A started client, and with it the listeners that `close` takes away. Storage, lead and channel are the face's own:
 * nothing of the desk is seen in the shop.
 */
export async function openClient(options: BrowserOptions): Promise<Client> {
  const scope = options.api.face;
  const name = `liyu:${scope}:${options.person}`;
  const client = new Client({
    ...options,
    scope,
    storage: await openStorage(`liyu:${scope}`),
    openSocket: () => new WebSocket(socketUrl(scope)) as unknown as Socket,
    locks: (navigator.locks as unknown as Locks | undefined) ?? null,
    channel: typeof BroadcastChannel === "undefined" ? null : (new BroadcastChannel(name) as unknown as Channel),
  });
  listen(client);
  await client.start();
  return client;
}

/** A socket carries no header of ours, so its address names the face: the server then knows which cookie counts. */
function socketUrl(face: Face): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/v1/ws${face === "shop" ? "" : `?client=${face}`}`;
}

function listen(client: Client): void {
  const controller = new AbortController();
  const { signal } = controller;
  addEventListener("online", () => client.link.nudge(), { signal });
  addEventListener("offline", () => client.link.doubt(), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") client.link.nudge();
  }, { signal });
  // A page that is thrown away leaves the lead at once; one that may come back from the cache keeps its place.
  addEventListener("pagehide", (event) => {
    if (!event.persisted) {
      controller.abort();
      client.close();
    }
  }, { signal });
}
