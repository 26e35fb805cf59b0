/** Draws one part into the document and takes it away after the test. */
import { afterEach } from "vitest";
import { createApp, h, type App, type Component } from "vue";

const apps: App[] = [];

afterEach(() => {
  for (const app of apps.splice(0)) app.unmount();
  document.body.replaceChildren();
});

/** The element that holds `part`, drawn with `props` and `text` in its default slot. */
export function mount(part: Component, props: Record<string, unknown>, text?: string): HTMLElement {
  const root = document.createElement("div");
  document.body.append(root);
  const app = createApp({ render: () => h(part, props, text === undefined ? undefined : { default: () => text }) });
  app.mount(root);
  apps.push(app);
  return root;
}
