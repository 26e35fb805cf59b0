/** Whether the browser believes that there is a network. It may be wrong; requests find out for themselves. */
import { onScopeDispose, readonly, ref, type Ref } from "vue";

export function useOnline(): Readonly<Ref<boolean>> {
  const online = ref(navigator.onLine);
  const follow = (): void => {
    online.value = navigator.onLine;
  };
  addEventListener("online", follow);
  addEventListener("offline", follow);
  onScopeDispose(() => {
    removeEventListener("online", follow);
    removeEventListener("offline", follow);
  });
  return readonly(online);
}
