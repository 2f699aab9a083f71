/** Another ticket in place of one that has run out: for who is signed in, or holds the room's cookie. */
import type { Room } from "./context";

interface Joined {
  readonly participant: string;
  readonly status: string;
  readonly websocket: string;
}

/** True when the line can be made again; false when this person is not let in; throws where nobody answers. */
export async function fresh(root: HTMLElement, me: Room["me"]): Promise<boolean> {
  const token = root.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value ?? "";
  // The log of the text that this page holds: where words were taken out meanwhile, it is told so instead of bringing them again.
  const body = JSON.stringify({ log: Number(root.dataset["log"] ?? 1) });
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(`/api/v1/rooms/${root.dataset["room"] ?? ""}/ticket/`, { method: "POST", credentials: "same-origin", headers, body });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  if (answer.status !== 201) return false;
  const joined = (await answer.json()) as Joined;
  if (joined.status !== "admitted") return false;
  root.dataset["websocket"] = joined.websocket;
  // Who took an account meanwhile goes on as that account.
  me.id = root.dataset["me"] = joined.participant;
  return true;
}
