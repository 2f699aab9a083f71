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

/** The last few ideas, and among them the one that all look at. */
export function around<T extends { readonly id: string; readonly merged: readonly { readonly id: string }[] }>(notes: readonly T[], most: number, look: Look | null): T[] {
  const last = notes.slice(-most);
  if (look?.kind !== "note") return last;
  const holds = (note: T): boolean => note.id === look.target || note.merged.some(({ id }) => id === look.target);
  const at = notes.findIndex(holds);
  if (at < 0 || last.some(holds)) return last;
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), notes.length - most));
  return notes.slice(from, from + most);
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
