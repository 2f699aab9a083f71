/** Parts of the page: found by name, and copied from the server's own templates. */

export type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

export function find<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T | null {
  return root.querySelector<T>(`[data-part="${name}"]`);
}

export function need<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T {
  const found = find<T>(root, name);
  if (!found) throw new Error(`The page lacks the part "${name}".`);
  return found;
}

export function show(element: HTMLElement | null | undefined, visible: boolean): void {
  if (element) element.hidden = !visible;
}

/** Writes only what changed, so that live regions and selections stay calm. */
export function text(element: HTMLElement | null | undefined, words: string): void {
  if (element && element.textContent !== words) element.textContent = words;
}

function fill(words: string, values: Values): string {
  return words.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key] ?? "") : whole));
}

/** Fills a copy of one of the page's templates: `{name}` in words and attributes, `data-if` where a value decides. */
export function render(name: string, values: Values): HTMLElement {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
  const root = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!root) throw new Error(`The page lacks the template "${name}".`);
  for (const element of root.querySelectorAll<HTMLElement>("[data-if]")) {
    if (!values[element.dataset["if"] ?? ""]) element.remove();
  }
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const attribute of element.attributes) if (attribute.value.includes("{")) attribute.value = fill(attribute.value, values);
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeValue?.includes("{")) node.nodeValue = fill(node.nodeValue, values);
  }
  return root;
}

interface Kept {
  readonly element: HTMLElement;
  readonly looks: string;
}

const lists = new WeakMap<HTMLElement, Map<string, Kept>>();

/** Where focus was inside an element, so that it can be found again in the one that takes its place. */
function focusIn(element: HTMLElement): string | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !element.contains(active)) return null;
  if (active === element) return "";
  const part = active.dataset["part"] ?? active.dataset["do"];
  return part ? `[data-part="${part}"], [data-do="${part}"]` : active.tagName.toLowerCase();
}

/** Makes a container hold exactly these items in this order; what did not change keeps its element, its focus and its state. */
export function list<Item>(container: HTMLElement, items: readonly Item[], key: (item: Item) => string, values: (item: Item) => Values, template: string, made?: (element: HTMLElement, item: Item) => void): void {
  const before = lists.get(container);
  if (!before) container.replaceChildren();
  const after = new Map<string, Kept>();
  let next = container.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const filled = values(item);
    const looks = JSON.stringify(filled);
    const old = before?.get(id);
    let element = old?.element;
    if (!old || !element || old.looks !== looks) {
      const focus = element ? focusIn(element) : null;
      const fresh = render(template, filled);
      made?.(fresh, item);
      if (element) {
        if (next === element) next = fresh;
        element.replaceWith(fresh);
      }
      element = fresh;
      if (focus !== null) (focus ? (fresh.querySelector<HTMLElement>(focus) ?? fresh) : fresh).focus({ preventScroll: true });
    }
    after.set(id, { element, looks });
    if (next === element) next = element.nextElementSibling;
    else container.insertBefore(element, next);
  }
  for (const [id, { element }] of before ?? []) if (!after.has(id)) element.remove();
  lists.set(container, after);
}
