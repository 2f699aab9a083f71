/** A page for tests: jsdom's window, put where browser code looks for it. */
import assert from "node:assert/strict";
import { JSDOM } from "jsdom";

const NAMES = ["window", "Option", "document", "HTMLElement", "HTMLButtonElement", "HTMLInputElement", "HTMLTextAreaElement", "HTMLSelectElement", "Node", "NodeFilter", "Event", "CustomEvent", "KeyboardEvent", "MutationObserver", "getComputedStyle", "getSelection", "history", "location", "Element", "Text", "DOMParser", "FormData", "Range", "innerHeight", "innerWidth"] as const;

export function page(html: string, url = "http://hall.example/"): JSDOM {
  const dom = new JSDOM(`<!doctype html><html lang="en"><body>${html}</body></html>`, { url, pretendToBeVisual: true });
  for (const name of NAMES) Object.defineProperty(globalThis, name, { value: dom.window[name], configurable: true, writable: true });
  Object.defineProperty(globalThis, "addEventListener", { value: dom.window.addEventListener.bind(dom.window), configurable: true, writable: true });
  Object.defineProperty(globalThis, "matchMedia", { value: () => ({ matches: false, addEventListener: () => undefined }), configurable: true, writable: true });
  return dom;
}

/** What has to be on the page that was made last. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the element
export function one<T extends Element = HTMLInputElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  assert.ok(found, selector);
  return found;
}
