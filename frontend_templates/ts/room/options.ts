/** The choices of a select, written from the state of the room. */

/** The choices of a select, kept in step; what is chosen stays chosen, and nothing changes under somebody's hand. */
export function options(select: HTMLSelectElement, wanted: readonly { readonly id: string; readonly name: string }[], keep = 0): void {
  const now = [...select.options].slice(keep);
  const same = now.length === wanted.length && wanted.every((each, at) => now[at]?.value === each.id && now[at].text === each.name);
  if (same) return;
  const chosen = select.value;
  for (const option of now) option.remove();
  for (const { id, name } of wanted) select.add(new Option(name, id, false, id === chosen));
}
