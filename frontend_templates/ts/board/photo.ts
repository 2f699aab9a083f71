/** A photo from the phone onto the board, sent while the page stays as it is. */
import { find, show, text } from "../live/dom";
import type { Room } from "../room/context";

export function photographing(room: Room): void {
  const form = find<HTMLFormElement>(room.root, "photo-form");
  const sign = form ? find(form, "photo-sign") : null;
  const button = form?.querySelector("button");
  if (!form || !sign || !button) return;
  const say = (words: string, wrong = false): void => {
    show(sign, Boolean(words));
    sign.classList.toggle("error", wrong);
    text(sign, words);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    say(room.words.get("photo.sending"));
    void send(form, room).then((problem) => {
      button.removeAttribute("aria-disabled");
      say(problem || room.words.get("photo.sent"), Boolean(problem));
      if (!problem) form.reset();
    });
  });
}

/** Sends it; tells what went wrong, or nothing. */
async function send(form: HTMLFormElement, room: Room): Promise<string> {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (answer.ok) return "";
    const told = (await answer.json()) as { detail?: string };
    return told.detail ?? room.words.get("order.failed");
  } catch {
    return room.words.get("order.offline");
  }
}
