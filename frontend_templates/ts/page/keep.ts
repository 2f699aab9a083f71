/** Forms left half filled are kept on this device and offered again. */

const PREFIX = "copact:keep:";
const OLD = 14 * 24 * 3600 * 1000;

type Fields = Record<string, string>;

interface Kept {
  readonly at: number;
  readonly sent: boolean;
  readonly fields: Fields;
}

const texts = new Set(["text", "email", "url", "tel", "number", "date", "search", "time", "datetime-local"]);
const secret = /password|pin|code|token|csrf/i;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function writable(element: Element): element is Field {
  if (element instanceof HTMLInputElement) return texts.has(element.type);
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

/** What the field held when the page came. */
function original(field: Field): string {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value ?? "";
}

/** What a person wrote: no passwords, no codes, nothing hidden, no files. */
export function written(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const element of form.elements) {
    if (writable(element) && element.name && !secret.test(element.name) && element.value !== original(element)) fields[element.name] = element.value;
  }
  return fields;
}

export function putBack(form: HTMLFormElement, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLElement) || !("value" in field)) continue;
    (field as HTMLInputElement).value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function read(storage: Storage, key: string): Kept | null {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "null") as Kept | null;
    return kept && Date.now() - kept.at < OLD ? kept : null;
  } catch {
    return null;
  }
}

function offer(form: HTMLFormElement, kept: Kept, drop: () => void): void {
  const template = document.querySelector<HTMLTemplateElement>('template[data-template="kept"]');
  const sign = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!sign) return putBack(form, kept.fields);
  form.prepend(sign);
  sign.addEventListener("click", (event) => {
    const choice = (event.target as HTMLElement).closest<HTMLElement>("[data-kept]")?.dataset["kept"];
    if (!choice) return;
    sign.remove();
    if (choice === "use") putBack(form, kept.fields);
    else drop();
    const first = form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select");
    first?.focus();
  });
}

export function keepForms(root: ParentNode, storage: Storage): void {
  const forms = [...root.querySelectorAll<HTMLFormElement>("form[data-keep]")];
  const here = new Set(forms.map((form) => PREFIX + (form.dataset["keep"] ?? "")));
  // A form that was sent and is not shown again with its mistakes has arrived; the way past the sign-in page does not count.
  const signingIn = root.querySelector("input[type=password]") !== null;
  for (const key of Object.keys(storage)) {
    if (!key.startsWith(PREFIX)) continue;
    const kept = read(storage, key);
    if (!kept || (kept.sent && !here.has(key) && !signingIn)) storage.removeItem(key);
  }
  for (const form of forms) keep(form, PREFIX + (form.dataset["keep"] ?? ""), storage);
}

function keep(form: HTMLFormElement, key: string, storage: Storage): void {
  const save = (sent: boolean): void => {
    const fields = written(form);
    try {
      if (Object.keys(fields).length) storage.setItem(key, JSON.stringify({ at: Date.now(), sent, fields } satisfies Kept));
      else if (!sent) storage.removeItem(key);
    } catch {
      // A full device: the form works as any other.
    }
  };
  const drop = (): void => storage.removeItem(key);
  const kept = read(storage, key);
  const mistakes = form.querySelector('[aria-invalid="true"], .error, .errors') !== null;
  if (kept?.sent && !mistakes) drop();
  else if (kept && !mistakes) {
    const now = Object.entries(kept.fields).every(([name, value]) => (form.elements.namedItem(name) as HTMLInputElement | null)?.value === value);
    if (!now) offer(form, kept, drop);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(false), 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save(true);
  });
  // Sent by the room's line, and refused or lost on the way: it has not arrived.
  form.addEventListener("copact:failed", () => save(false));
}
