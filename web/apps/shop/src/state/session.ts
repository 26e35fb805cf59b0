/**
 * Who this browser is. Nobody at first: a visitor's session is made when something needs one (a conversation), not
 * before. Decides when to ask; cookies and tokens are the server's business.
 */
import { Problem } from "@liyu/client";
import { readonly, shallowRef, type ShallowRef } from "vue";

import { api, type Me } from "../api/api.ts";

const me = shallowRef<Me | null>(null);
let asked: Promise<Me | null> | null = null;
let arriving: Promise<Me> | null = null;

async function ask(): Promise<Me | null> {
  try {
    me.value = await api.get<Me>("/me");
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    me.value = null;
  }
  return me.value;
}

/** A cookie says that somebody was here; without it there is nobody to ask about. */
const known = (): boolean => document.cookie.split("; ").some((pair) => pair.startsWith("liyu_csrf="));

export interface Session {
  readonly me: Readonly<ShallowRef<Me | null>>;
  /** Who is here, if anybody; asked once. */
  whoami(): Promise<Me | null>;
  /** The person of this browser, made a visitor of `shop` when there is none. Throws `Problem`. */
  arrive(shop: string): Promise<Me>;
  /** The name that the shop's people see. Throws `Problem`. */
  rename(name: string): Promise<void>;
  /** Lets the server speak the person's language too, where there is a person; a failure changes nothing here. */
  speak(locale: string): Promise<void>;
}

async function whoami(): Promise<Me | null> {
  if (!known()) return me.value;
  asked ??= ask().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function arrive(shop: string): Promise<Me> {
  arriving ??= (async () => {
    try {
      me.value = await api.post<Me>("/visitors", { shop });
      return me.value;
    } finally {
      arriving = null;
    }
  })();
  return arriving;
}

async function rename(name: string): Promise<void> {
  me.value = await api.patch<Me>("/me", { name });
}

async function speak(locale: string): Promise<void> {
  if (me.value && me.value.locale !== locale) me.value = await api.patch<Me>("/me", { locale }).catch(() => me.value);
}

export function useSession(): Session {
  return { me: readonly(me) as Session["me"], whoami, arrive, rename, speak };
}
