/** Parts as a person or a screen reader meets them. */
import { mount } from "./mounting.ts";
import { nextTick } from "vue";
import { describe, expect, it, vi } from "vitest";

import { useToasts } from "../src/toasts.ts";
import UiButton from "../src/components/UiButton.vue";
import UiField from "../src/components/UiField.vue";
import UiSegmented from "../src/components/UiSegmented.vue";
import UiToasts from "../src/components/UiToasts.vue";

describe("a button", () => {
  it("does nothing while it is busy, and says so", async () => {
    const pressed = vi.fn();
    const root = mount(UiButton, { busy: true, onPress: pressed }, "发送");
    root.querySelector("button")!.click();
    expect(pressed).not.toHaveBeenCalled();
    expect(root.querySelector("button")!.getAttribute("aria-busy")).toBe("true");
  });
});

describe("a segmented choice", () => {
  it("moves with the arrow keys and keeps one stop for Tab", () => {
    const chosen = vi.fn();
    const options = ["a", "b", "c"].map((value) => ({ value, label: value }));
    const root = mount(UiSegmented, { options, modelValue: "c", label: "which", "onUpdate:modelValue": chosen });
    const group = root.querySelector('[role="radiogroup"]')!;
    group.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(chosen).toHaveBeenCalledWith("a");
    expect([...root.querySelectorAll("button")].map((button) => button.tabIndex)).toEqual([-1, -1, 0]);
  });
});

describe("a field", () => {
  it("ties its label and what is wrong to what is filled in", () => {
    const root = mount(UiField, { label: "手机", error: "少了 4 位数字" });
    expect(root.querySelector("label")!.htmlFor).not.toBe("");
    expect(root.querySelector('[role="alert"]')!.textContent).toContain("少了 4 位数字");
  });
});

describe("toasts", () => {
  it("are three at most, the newest last, and leave when they are dismissed or answered", async () => {
    const toasts = useToasts();
    const root = mount(UiToasts, { closeLabel: "关上" });
    const undo = vi.fn();
    for (const text of ["一", "二", "三"]) toasts.show(text);
    toasts.show("四", { label: "撤回", run: undo });
    await nextTick();
    const texts = () => toasts.list.value.map((toast) => toast.text);
    expect(texts()).toEqual(["二", "三", "四"]);
    [...root.querySelectorAll("button")].find((button) => button.textContent === "撤回")!.click();
    expect(undo).toHaveBeenCalledOnce();
    toasts.dismiss(toasts.list.value[0]!.id);
    expect(texts()).toEqual(["三"]);
  });
});
