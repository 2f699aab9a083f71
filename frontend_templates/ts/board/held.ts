/** Which notes others hold in their hands just now. */
import type { Awareness } from "y-protocols/awareness";
import { userOf } from "../live/people";

/** Client → name, of everyone who is here. */
export function names(awareness: Awareness): Map<number, string> {
  const found = new Map<number, string>();
  for (const [client, state] of awareness.getStates()) {
    const user = userOf(state);
    if (user) found.set(client, user.name);
  }
  return found;
}

/** Note → the name of the other person who is moving it. */
export function held(awareness: Awareness): Map<string, string> {
  const found = new Map<string, string>();
  const here = names(awareness);
  for (const [client, state] of awareness.getStates()) {
    const name = here.get(client);
    if (client !== awareness.clientID && typeof state["holding"] === "string" && name) found.set(state["holding"], name);
  }
  return found;
}
