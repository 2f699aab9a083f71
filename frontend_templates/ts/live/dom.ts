/** Parts of the page: found by name, and copied from the server's own templates. */

export type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the element that the template holds
export function find<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T | null {
  return root.querySelector<T>(`[data-part="${name}"]`);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
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

function fillAll(root: HTMLElement, values: Values): void {
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const attribute of element.attributes) if (attribute.value.includes("{")) attribute.value = fill(attribute.value, values);
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeValue?.includes("{")) node.nodeValue = fill(node.nodeValue, values);
  }
}

/** Fills a copy of one of the page's templates: `{name}` in words and attributes, `data-if` where a value decides.
 *  An address stands in `data-href`, so that nobody who reads the page alone takes the pattern for a link. */
export function render(name: string, values: Values): HTMLElement {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
  const root = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!root) throw new Error(`The page lacks the template "${name}".`);
  for (const element of root.querySelectorAll<HTMLElement>("[data-if]")) {
    if (!values[element.dataset["if"] ?? ""]) element.remove();
  }
  fillAll(root, values);
  for (const link of root.querySelectorAll<HTMLElement>("[data-href]")) {
    link.setAttribute("href", link.dataset["href"] ?? "");
    link.removeAttribute("data-href");
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
  if (part) return `[data-part="${part}"], [data-do="${part}"]`;
  const name = active.getAttribute("name");
  const tag = active.tagName.toLowerCase();
  const value = active instanceof HTMLButtonElement ? `[value="${CSS.escape(active.value)}"]` : "";
  return name ? `${tag}[name="${CSS.escape(name)}"]:not([type="hidden"])${value}` : tag;
}

/** What a person has opened and typed in an element goes along into the one that takes its place. */
function carry(old: HTMLElement, fresh: HTMLElement): void {
  const boxes = fresh.querySelectorAll("details");
  old.querySelectorAll("details").forEach((box, at) => {
    const same = boxes[at];
    if (same && box.open && same.className === box.className) same.open = true;
  });
  const key = (field: HTMLInputElement | HTMLTextAreaElement): string => field.id || field.name;
  const fields = new Map(Array.from(fresh.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type]), textarea"), (field) => [key(field), field]));
  for (const field of old.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type]), textarea")) {
    const same = fields.get(key(field));
    if (same && field.value !== field.defaultValue) same.value = field.value;
  }
}

/** Puts a new element in the place of an old one, with the focus that was in it. */
function replace(old: HTMLElement, fresh: HTMLElement): void {
  const focus = focusIn(old);
  carry(old, fresh);
  old.replaceWith(fresh);
  if (focus !== null) ((focus && fresh.querySelector<HTMLElement>(focus)) || fresh).focus({ preventScroll: true });
}

interface Recipe<Item> {
  readonly values: (item: Item) => Values;
  readonly template: string;
  readonly made?: ((element: HTMLElement, item: Item) => void) | undefined;
}

/** The element for an item: the one that is there, if it would look the same. */
function entry<Item>(item: Item, old: Kept | undefined, recipe: Recipe<Item>): Kept {
  const values = recipe.values(item);
  const looks = JSON.stringify(values);
  if (old?.looks === looks) return old;
  const element = render(recipe.template, values);
  recipe.made?.(element, item);
  if (old) replace(old.element, element);
  return { element, looks };
}

/** Makes a container hold exactly these items in this order; what did not change keeps its element, its focus and its state. */
export function list<Item>(container: HTMLElement, items: readonly Item[], key: (item: Item) => string, values: Recipe<Item>["values"], template: string, made?: Recipe<Item>["made"]): void {
  const before = lists.get(container);
  if (!before) container.replaceChildren();
  const after = new Map(items.map((item) => [key(item), entry(item, before?.get(key(item)), { values, template, made })]));
  for (const [id, { element }] of before ?? []) if (!after.has(id)) element.remove();
  let at = 0;
  for (const { element } of after.values()) {
    if (container.children[at] !== element) container.insertBefore(element, container.children[at] ?? null);
    at += 1;
  }
  lists.set(container, after);
}
