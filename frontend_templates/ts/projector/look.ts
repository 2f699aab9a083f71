/** "Look here" on the hall's screen: it goes to the passage or the idea and marks it, until it is taken down or the facilitator chooses something else. */
import { find, show } from "../live/dom";
import type { Look, Projector, States } from "../live/states";

const PARTS: Readonly<Record<string, Projector["mode"]>> = { draft: "text", ideas: "board", agenda: "agenda", decide: "decide" };

/** What the screen points at now; a choice that was made after it stands over it. */
export function pointed({ moderation, projector }: Partial<States>): Look | null {
  const look = moderation?.look;
  return look && look.id !== projector?.past_look ? look : null;
}

/** What the screen shows for it; of parts that the hall has no screen for, nothing changes. */
export function modeOf(look: Look | null): Projector["mode"] | null {
  if (!look) return null;
  return { block: "text" as const, note: "board" as const, part: PARTS[look.target] ?? null }[look.kind];
}

interface Shown {
  readonly id: string;
  readonly merged: readonly { readonly id: string }[];
}

/** The last of every column in turn, in the order of the board. */
function inTurn<T extends Shown>(lanes: readonly (readonly T[])[], most: number): T[] {
  const longest = Math.max(0, ...lanes.map((lane) => lane.length));
  const turns = Array.from({ length: longest }, (_, back) => lanes.flatMap((lane) => lane.at(-1 - back) ?? [])).flat();
  const taken = new Set(turns.slice(0, most));
  return lanes.flat().filter((note) => taken.has(note));
}

/** A few ideas of every column, or those with the most dots once they are counted; and among them the one that all look at. */
export function around<T extends Shown>(lanes: readonly (readonly T[])[], most: number, look: Look | null, dots?: ReadonlyMap<string, number> | null): T[] {
  const all = lanes.flat();
  const count = (note: T): number => dots?.get(note.id) ?? 0;
  const some = all.some((note) => count(note) > 0) ? [...all].sort((a, b) => count(b) - count(a)).slice(0, most) : inTurn(lanes, most);
  if (look?.kind !== "note") return some;
  const holds = (note: T): boolean => note.id === look.target || note.merged.some(({ id }) => id === look.target);
  const at = all.findIndex(holds);
  if (at < 0 || some.some(holds)) return some;
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), all.length - most));
  return all.slice(from, from + most);
}

/** Leaves out one after the other, in the order of `spare`, until nothing reaches beyond the end of the field. */
export function leaveOut(items: readonly Element[], spare: readonly Element[], end: () => number): void {
  for (const item of items) item.classList.remove("is-beyond");
  const beyond = (): boolean => items.some((item) => item.getBoundingClientRect().bottom > end());
  for (const item of spare) {
    if (!beyond()) return;
    item.classList.add("is-beyond");
  }
}

/** Marks it where it stands, brings it into sight, and says so over it; tells whether it is on the screen. */
export function mark(root: HTMLElement, look: Look | null): boolean {
  for (const element of root.querySelectorAll(".is-looked-at")) element.classList.remove("is-looked-at");
  const part = look && { block: find(root, "text"), note: find(root, "notes"), part: null }[look.kind];
  const key = CSS.escape(look?.target ?? "");
  const element = part?.querySelector<HTMLElement>(`[data-id="${key}"], [data-holds~="${key}"]`) ?? null;
  show(find(root, "look"), Boolean(element));
  element?.classList.add("is-looked-at");
  element?.scrollIntoView({ block: "center" });
  return Boolean(element);
}
