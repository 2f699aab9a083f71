/** Keys of the room: behind Alt and Shift, listed under "?", and switched off by who does not want them. */
import { find, show } from "../live/dom";
import type { Room } from "./context";

const OFF = "copact:keys";
const PLACES: Readonly<Record<string, string>> = { KeyI: "ideas", KeyD: "draft", KeyV: "decide", KeyS: "talk", KeyC: "chat", KeyL: "lead" };

function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function used(): boolean {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

/** To a part of the room: its view on a phone, and the focus. */
function turnTo(name: string): void {
  const place = document.getElementById(name);
  if (!place) return;
  location.hash = name;
  if (!place.matches("[tabindex], a, button")) place.tabIndex = -1;
  place.focus();
}

export function keys(room: Room): void {
  const dialog = find<HTMLDialogElement>(room.root, "keys-dialog");
  const on = dialog && find<HTMLInputElement>(dialog, "keys-on");
  const button = find(room.root, "keys-open");
  if (!dialog || !on) return;
  on.checked = used();
  on.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, on.checked ? "on" : "off");
    } catch {
      // The choice holds for this visit.
    }
  });
  show(button, true);
  button?.addEventListener("click", () => dialog.showModal());
  find(dialog, "keys-close")?.addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && event.key === "?" && !writing(event.target) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      dialog.showModal();
    } else if (plain && on.checked && event.altKey && event.shiftKey && pressed(room, event.code)) event.preventDefault();
  });
}

/** Whether the key means something here. */
function pressed(room: Room, code: string): boolean {
  const place = PLACES[code];
  if (place) turnTo(place);
  else if (code === "KeyH") [...room.root.querySelectorAll<HTMLElement>('[data-part="hand-up"], [data-part="hand-down"]')].find((each) => !each.hidden)?.click();
  else return false;
  return true;
}
