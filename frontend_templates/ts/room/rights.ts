/** Who may do what now: what the server granted when the page was made, bounded by what the facilitator has switched since. */
import type { States } from "../live/states";
import type { Ability } from "./context";

export interface Facts {
  readonly granted: ReadonlySet<string>;
  readonly role: string;
  readonly moderation: States["moderation"] | undefined;
  readonly muted: boolean;
  /** The room is over for this person: removed, signed out, gone. */
  readonly ended: boolean;
}

const scribes = new Set(["facilitator", "scribe"]);

/** What no switch of the facilitator changes. */
const steady = new Set<Ability>(["speak", "facilitate", "freeze", "submit", "moderate"]);

/** What a lock of the draft leaves open. */
const always = new Set<Ability>(["board", "suggest", "react"]);

/** The server decides on every frame; this only keeps the page from offering what it would refuse. */
export function may(ability: Ability, { granted, role, moderation, muted, ended }: Facts): boolean {
  if (ended) return false;
  // Before the first word from the server, the page's own list holds.
  if (!moderation || steady.has(ability)) return granted.has(ability);
  if (ability === "vote") return granted.has("vote") && !moderation.frozen;
  if (!granted.has("speak")) return false;
  if (ability === "chat") return !muted && (role === "facilitator" || !(moderation.chat_paused || moderation.frozen));
  if (moderation.frozen) return false;
  return writes(ability, moderation.locked, role);
}

function writes(ability: Ability, locked: boolean, role: string): boolean {
  return always.has(ability) || !locked || scribes.has(role);
}
