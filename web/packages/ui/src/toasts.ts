/** Short words at the foot of the page. One list for the page; a toast leaves by itself unless it asks for an answer. */
import { readonly, ref, type DeepReadonly, type Ref } from "vue";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Long enough to be read twice; a toast with an action stays longer. */
const STAY_MS = 5_000;
const STAY_WITH_ACTION_MS = 10_000;

const list = ref<Toast[]>([]);
let last = 0;

export interface Toasts {
  readonly list: DeepReadonly<Ref<Toast[]>>;
  show(text: string, action?: Toast["action"]): void;
  dismiss(id: number): void;
}

function dismiss(id: number): void {
  list.value = list.value.filter((toast) => toast.id !== id);
}

function show(text: string, action?: Toast["action"]): void {
  const id = ++last;
  list.value = [...list.value.slice(-2), action ? { id, text, action } : { id, text }];
  globalThis.setTimeout(() => dismiss(id), action ? STAY_WITH_ACTION_MS : STAY_MS);
}

/** The page's toasts. At most three at a time: the oldest gives way. */
export function useToasts(): Toasts {
  return { list: readonly(list) as DeepReadonly<Ref<Toast[]>>, show, dismiss };
}
