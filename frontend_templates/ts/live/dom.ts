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

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const FIELDS = "input:not([type=hidden]):not([type=file]), textarea, select";

export const fields = (root: ParentNode): Field[] => [...root.querySelectorAll<Field>(FIELDS)];

const ticks = (field: Field): field is HTMLInputElement => field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");

export const writes = (field: Field): field is HTMLInputElement | HTMLTextAreaElement => !(field instanceof HTMLSelectElement) && !ticks(field);

/** What a field says now, and what it said when it was drawn. */
export function says(field: Field): string | boolean {
  return ticks(field) ? field.checked : field.value;
}

export function said(field: Field): string | boolean {
  if (ticks(field)) return field.defaultChecked;
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

/** Draws a choice with one of its values. */
export function chosen(select: HTMLSelectElement | null, value: string): void {
  for (const option of select?.options ?? []) option.defaultSelected = option.value === value;
  if (select) select.value = value;
}

function put(field: Field, from: Field): void {
  if (ticks(field)) field.checked = says(from) === true;
  else if (field instanceof HTMLSelectElement && from instanceof HTMLSelectElement) {
    const option = from.selectedOptions[0];
    // Some choices fill themselves when somebody turns to them.
    if (option && ![...field.options].some((each) => each.value === option.value)) field.add(option.cloneNode(true) as HTMLOptionElement);
    field.value = from.value;
  } else field.value = from.value;
}

/** What took the place of an element that was drawn anew. */
const heirs = new WeakMap<HTMLElement, HTMLElement>();

/** The element itself, or what stands in its place by now. */
export function current<T extends HTMLElement>(element: T): T {
  let now = element;
  for (let heir = heirs.get(now); !now.isConnected && heir; heir = heirs.get(now)) now = heir as T;
  return now;
}

type Key<T> = (element: T) => string;

/** Each element of the old part with the one that does the same in the fresh part. */
function pairs<T extends HTMLElement>(old: readonly T[], fresh: readonly T[], key: Key<T>): [T, T][] {
  const places = new Map<string, T[]>();
  for (const element of fresh) places.set(key(element), [...(places.get(key(element)) ?? []), element]);
  return old.flatMap((element): [T, T][] => {
    const same = places.get(key(element))?.shift();
    return same ? [[element, same]] : [];
  });
}

const formKey: Key<HTMLElement> = (form) => [form.getAttribute("action"), form.dataset["do"], ...[...form.querySelectorAll<HTMLInputElement>("input[type=hidden]")].map(({ name, value }) => (name === "csrfmiddlewaretoken" ? "" : value))].join(" ");
const fieldKey: Key<Field> = (field) => `${field.id || field.name} ${ticks(field) ? field.value : ""}`;

/** What was folded open: the fold with the same fields in it, or else the one in the same place. */
function unfold(old: HTMLElement, fresh: HTMLElement): void {
  const boxes = (part: HTMLElement): HTMLDetailsElement[] => [...part.querySelectorAll("details")];
  const places = new Map<string, number>();
  for (const box of boxes(old)) {
    const at = places.get(box.className) ?? 0;
    places.set(box.className, at + 1);
    const same = boxes(fresh).filter((each) => each.className === box.className);
    const ids = new Set([...box.querySelectorAll("[id]")].map(({ id }) => id));
    const heir = same.find((each) => [...each.querySelectorAll("[id]")].some(({ id }) => ids.has(id))) ?? same[at];
    if (heir && box.open) heir.open = true;
  }
}

/** Where the cursor stands in a line or a text; nowhere in any other field. */
function cursor(element: Element | null): [number, number] | null {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return null;
  const { selectionStart, selectionEnd } = element;
  return selectionStart === null || selectionEnd === null ? null : [selectionStart, selectionEnd];
}

/** These words have gone out: they go from the field, also from under the hand of who writes on after them. Anything else in it stays. */
export function sent(field: HTMLInputElement | HTMLTextAreaElement, words: string): void {
  const { value } = field;
  if (value.trim() === words.trim()) field.value = "";
  else if (words && field === document.activeElement && value.startsWith(words)) {
    const at = cursor(field)?.[0] ?? value.length;
    field.value = value.slice(words.length).trimStart();
    const place = Math.max(0, at - (value.length - field.value.length));
    field.setSelectionRange(place, place);
  }
}

const PRESSED = "[data-part], [data-do], [name], summary, button, a[href]";

/** The element of the fresh part that does what had the focus in the old one. */
function focusedIn(old: HTMLElement, fresh: HTMLElement): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !old.contains(active)) return null;
  const form = active.closest("form");
  const within = (form && old.contains(form) && heirs.get(form)) || fresh;
  const from = within === fresh ? old : (form ?? old);
  const kind: Key<HTMLElement> = (each) => [each.tagName, each.dataset["part"] ?? each.dataset["do"] ?? each.getAttribute("name") ?? "", each.id, each instanceof HTMLButtonElement ? each.value : ""].join(" ");
  const all = (part: HTMLElement): HTMLElement[] => [...part.querySelectorAll<HTMLElement>(PRESSED)];
  return pairs(all(from), all(within), kind).find(([element]) => element === active)?.[1] ?? fresh;
}

/** What a person has opened, chosen and typed in an element goes along into the one that takes its place, and what they were told there. */
function carry(old: HTMLElement, fresh: HTMLElement): void {
  const all = <T extends HTMLElement>(part: HTMLElement, name: string): T[] => [...part.querySelectorAll<T>(name)];
  heirs.set(old, fresh);
  for (const [form, heir] of pairs(all(old, "form"), all(fresh, "form"), formKey)) heirs.set(form, heir);
  unfold(old, fresh);
  for (const [field, heir] of pairs(fields(old), fields(fresh), fieldKey)) if (says(field) !== said(field)) put(heir, field);
  for (const sign of all(old, ".order-problem")) if (sign.parentElement) heirs.get(sign.parentElement)?.append(sign);
}

/** Puts a new element in the place of an old one, with the focus that was in it. */
export function replace(old: HTMLElement, fresh: HTMLElement): void {
  carry(old, fresh);
  const at = cursor(document.activeElement);
  const focus = focusedIn(old, fresh);
  old.replaceWith(fresh);
  focus?.focus({ preventScroll: true });
  if (at && cursor(focus)) (focus as HTMLInputElement).setSelectionRange(...at);
}

/** Moving an element takes the focus out of it: it comes back. */
export function keepingFocus(container: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const at = cursor(active);
  draw();
  if (!(active instanceof HTMLElement) || document.activeElement === active || !container.contains(active)) return;
  if (document.activeElement !== document.body && document.activeElement !== null) return;
  active.focus({ preventScroll: true });
  if (at) (active as HTMLInputElement).setSelectionRange(...at);
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

/** The server's own element for what is drawn now: it has the same name on the page. */
function twin(element: HTMLElement, drawn: readonly HTMLElement[]): HTMLElement | undefined {
  const [name] = Object.keys(element.dataset).filter((each) => !["if", "part", "href"].includes(each));
  return drawn.find((each) => (element.id && each.id === element.id) || (name !== undefined && each.dataset[name] !== undefined && each.dataset[name] === element.dataset[name]));
}

/** Makes a container hold exactly these items in this order; what did not change keeps its element, its focus and its state. */
export function list<Item>(container: HTMLElement, items: readonly Item[], key: (item: Item) => string, values: Recipe<Item>["values"], template: string, made?: Recipe<Item>["made"]): void {
  const before = lists.get(container);
  const drawn = before ? [] : ([...container.children] as HTMLElement[]);
  if (!before) for (const node of [...container.childNodes]) if (!(node instanceof HTMLElement)) node.remove();
  const after = new Map(items.map((item) => [key(item), entry(item, before?.get(key(item)), { values, template, made })]));
  // A page with a slow line is used before its script is here.
  if (drawn.length) for (const { element } of after.values()) swap(twin(element, drawn), element);
  for (const element of drawn) element.remove();
  for (const [id, { element }] of before ?? []) if (!after.has(id)) element.remove();
  keepingFocus(container, () => place(container, [...after.values()].map(({ element }) => element)));
  lists.set(container, after);
}

function swap(old: HTMLElement | undefined, fresh: HTMLElement): void {
  if (old) replace(old, fresh);
}

/** Puts exactly these elements first in a container, in order, without touching those that stand right. */
export function place(container: HTMLElement, elements: readonly HTMLElement[]): void {
  elements.forEach((element, at) => {
    if (container.children[at] !== element) container.insertBefore(element, container.children[at] ?? null);
  });
}
