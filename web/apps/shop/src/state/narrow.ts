/** Whether the window is narrower than the shop's wide layout (60 rem, as in the style sheets). */
import { onScopeDispose, readonly, ref, type Ref } from "vue";

export function useNarrow(): Readonly<Ref<boolean>> {
  const query = matchMedia("(max-width: 59.99rem)");
  const narrow = ref(query.matches);
  const follow = (): void => {
    narrow.value = query.matches;
  };
  query.addEventListener("change", follow);
  onScopeDispose(() => query.removeEventListener("change", follow));
  return readonly(narrow);
}
