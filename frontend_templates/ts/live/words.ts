/** The page's sentences: the server wrote them into templates, in the reader's language; nothing is worded here. */

type Values = Readonly<Record<string, string | number>>;

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

export class Words {
  readonly #one = new Map<string, string>();
  /** key → for each sample count, its form. */
  readonly #many = new Map<string, Map<number, string>>();
  readonly #rules: Intl.PluralRules;

  constructor(root: ParentNode, language: string) {
    this.#rules = new Intl.PluralRules(language);
    for (const element of root.querySelectorAll<HTMLTemplateElement>("template[data-string]")) {
      const key = element.dataset["string"] ?? "";
      const text = (element.content.textContent).trim();
      const sample = element.dataset["sample"];
      if (sample === undefined) this.#one.set(key, text);
      else {
        const forms = this.#many.get(key) ?? new Map<number, string>();
        this.#many.set(key, forms.set(Number(sample), text));
      }
    }
  }

  get(key: string, values: Values = {}): string {
    return fill(this.#one.get(key) ?? "", values);
  }

  has(key: string): boolean {
    return this.#one.has(key);
  }

  /** The form for this number: that of the sample which falls into the same class in this language. */
  count(key: string, n: number, values: Values = {}): string {
    const forms = this.#many.get(key);
    const wanted = this.#rules.select(n);
    const form = forms?.get(n) ?? [...(forms ?? [])].find(([sample]) => this.#rules.select(sample) === wanted)?.[1] ?? [...(forms ?? [])].at(-1)?.[1] ?? "";
    return fill(form, { n, ...values });
  }
}
