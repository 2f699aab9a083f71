/** Tools that are loaded when they are first used, so that a phone fetches what its session needs. */
import type { States } from "../live/states";
import type { Room } from "./context";

interface Part {
  /** Starts the tool on its part of the page; its latest state is in `room.state(name)` already. */
  start(room: Room): void;
}

/** Loads a tool once: as soon as its state says that it is `used`, or when somebody turns to
 *  `[data-later="name"]` or to a control with `data-wakes="name"`. */
export function later(room: Room, name: keyof States, load: () => Promise<Part>): void {
  const place = room.root.querySelector<HTMLElement>(`[data-later="${name}"]`);
  if (!place) return;
  let loading = false;
  const wake = (): void => {
    if (loading) return;
    loading = true;
    load().then(
      (part) => part.start(room),
      () => {
        // The line is gone: the next touch tries again, and the plain forms work meanwhile.
        loading = false;
      },
    );
  };
  room.on(name, (state) => {
    if ((state as { used?: boolean }).used) wake();
  });
  for (const element of [place, ...room.root.querySelectorAll<HTMLElement>(`[data-wakes="${name}"]`)])
    for (const event of ["focusin", "pointerdown", "toggle"]) element.addEventListener(event, wake, { capture: true });
}
