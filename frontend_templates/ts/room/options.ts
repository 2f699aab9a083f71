/** The choices of a select, written from the state of the room. */
import { said } from "../live/dom";

/** Selects whose choice has gone: somebody chose it, so nothing else may stand there in its place. */
const lost = new WeakSet<HTMLSelectElement>();

/** Whether somebody had chosen what is not here any more. */
export const isLost = (select: HTMLSelectElement): boolean => select.selectedIndex < 0 && lost.has(select);

/** Chooses again what was chosen before; nothing, where it has gone. */
export function again(select: HTMLSelectElement, chosen: string): void {
  select.value = chosen;
  if (select.selectedIndex < 0) lost.add(select);
}

/** The choices of a select, kept in step after the first `keep`. What is chosen stays chosen, and nothing changes under somebody's hand;
 *  where it has gone nothing is chosen, rather than the next one in the list. */
export function options(select: HTMLSelectElement, wanted: readonly { readonly id: string; readonly name: string }[], keep = 0): void {
  const { selectedIndex: before, value: chosen } = select;
  if (before >= 0) lost.delete(select);
  const old = new Map([...select.options].slice(keep).map((option) => [option.value, option]));
  wanted.forEach(({ id, name }, at) => {
    const option = old.get(id) ?? new Option(name, id);
    old.delete(id);
    if (option.text !== name) option.text = name;
    const there = select.options[keep + at] ?? null;
    if (there !== option) select.add(option, there);
  });
  if (before >= keep && old.has(chosen)) lost.add(select);
  for (const option of old.values()) option.remove();
  if (lost.has(select)) select.selectedIndex = -1;
  else if (before >= 0 && select.value !== chosen) select.value = chosen;
}

/** What the script last wrote into a select. */
const told = new WeakMap<HTMLSelectElement, string>();

/** A select says what holds in the room; where somebody has chosen something else and not sent it yet, that stays. */
export function follow(select: HTMLSelectElement | null, value: string | undefined): void {
  if (!select || value === undefined || document.activeElement === select) return;
  const before = told.get(select) ?? said(select);
  told.set(select, value);
  if (select.value === before) select.value = value;
}
