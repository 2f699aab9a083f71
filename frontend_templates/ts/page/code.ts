/** The code of a room as people type, paste and scan it. */

/** What a pasted text holds: a token from a link's fragment, or a code; letters that look alike are read as the right one. */
export function understand(text: string): { readonly token: string } | { readonly code: string } {
  const token = /#(?:t=)?([\w-]{16,64})$/.exec(text.trim())?.[1];
  if (token) return { token };
  const linked = /[?&/#](?:code=|join\/)?([0-9a-z -]{6,12})\/?$/i.exec(text.trim());
  const raw = /^https?:/i.test(text.trim()) ? (linked?.[1] ?? "") : text;
  const plain = raw.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return { code: plain };
}

/** With a space in the middle, as it stands on the screen in the hall. */
export function grouped(code: string): string {
  if (code.length === 6) return `${code.slice(0, 3)} ${code.slice(3)}`;
  return code.length === 8 ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
}

export function joinForm(form: HTMLFormElement): void {
  const part = (name: string): HTMLElement | null => form.querySelector(`[data-part="${name}"]`);
  const code = form.elements.namedItem("code") as HTMLInputElement | null;
  const token = form.elements.namedItem("token") as HTMLInputElement | null;
  if (!code || !token) return;

  const scanned = (value: string): void => {
    token.value = value;
    code.value = "";
    const field = part("code-field");
    if (field) field.hidden = true;
    const sign = part("token-ok");
    if (sign) sign.hidden = false;
    (form.elements.namedItem("name") as HTMLInputElement | null)?.focus();
  };
  const take = (text: string): void => {
    const found = understand(text);
    if ("token" in found) scanned(found.token);
    else code.value = grouped(found.code);
  };

  // The token opens the room: it leaves the address at once, so that it is in no history and no picture of the screen.
  const found = understand(location.hash);
  if ("token" in found) {
    scanned(found.token);
    history.replaceState(null, "", location.pathname + location.search);
  } else if (token.value && !form.querySelector("[aria-invalid]")) scanned(token.value);

  code.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!text) return;
    event.preventDefault();
    take(text);
  });
  code.addEventListener("change", () => take(code.value));
}
