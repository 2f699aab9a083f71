/** Moving a note by mouse, pen or finger: one of three ways, never the only one. */

const SLOP = 6;
/** A finger that rests this long lifts the note; before, it scrolls the page. */
const REST = 350;
const EDGE = 60;

export interface Hooks {
  may(id: string): boolean;
  lift(id: string): boolean;
  over(column: string, index: number): void;
  drop(): void;
  cancel(): void;
}

interface Grip {
  readonly id: string;
  readonly note: HTMLElement;
  readonly pointer: number;
  readonly startX: number;
  readonly startY: number;
  readonly touch: boolean;
  ghost: HTMLElement | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export function laneOf(container: HTMLElement, column: string): HTMLElement | null {
  return [...container.querySelectorAll<HTMLElement>("[data-column]")].find((lane) => lane.dataset["column"] === column) ?? null;
}

/** The column under a point, or the nearest one sideways. */
function laneAt(container: HTMLElement, x: number, y: number): HTMLElement | null {
  let best: HTMLElement | null = null;
  let distance = Infinity;
  for (const lane of container.querySelectorAll<HTMLElement>("[data-column]")) {
    const box = lane.getBoundingClientRect();
    const away = Math.max(box.left - x, 0, x - box.right) * 2 + Math.max(box.top - y, 0, y - box.bottom);
    if (away < distance) [best, distance] = [lane, away];
  }
  return best;
}

function indexAt(lane: HTMLElement, id: string, y: number): number {
  const notes = [...lane.querySelectorAll<HTMLElement>("[data-note]")].filter((note) => note.dataset["note"] !== id);
  const below = notes.findIndex((note) => {
    const box = note.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return below < 0 ? notes.length : below;
}

export function dragging(container: HTMLElement, hooks: Hooks): void {
  let grip: Grip | null = null;

  const end = (): void => {
    clearTimeout(grip?.timer);
    grip?.ghost?.remove();
    grip?.note.classList.remove("is-dragged");
    grip = null;
  };

  const begin = (x: number, y: number): void => {
    if (!grip || grip.ghost || !hooks.lift(grip.id)) return end();
    const box = grip.note.getBoundingClientRect();
    const ghost = grip.note.cloneNode(true) as HTMLElement;
    ghost.classList.add("note-ghost", "is-lifted");
    ghost.setAttribute("aria-hidden", "true");
    ghost.removeAttribute("data-note");
    ghost.removeAttribute("tabindex");
    ghost.style.inlineSize = `${box.width}px`;
    document.body.append(ghost);
    grip.ghost = ghost;
    grip.note.classList.add("is-dragged");
    follow(x, y);
    if (grip.touch && "vibrate" in navigator) navigator.vibrate(15);
  };

  const follow = (x: number, y: number): void => {
    if (!grip?.ghost) return;
    grip.ghost.style.transform = `translate(${x - 24}px, ${y - 24}px) rotate(-1.5deg)`;
    const frame = container.closest(".desk__work");
    const scroller = frame && frame.scrollHeight > frame.clientHeight && getComputedStyle(frame).overflowY === "auto" ? frame : window;
    if (y < EDGE * 2) scroller.scrollBy(0, -12);
    if (y > innerHeight - EDGE) scroller.scrollBy(0, 12);
    const lane = laneAt(container, x, y);
    if (lane) hooks.over(lane.dataset["column"] ?? "", indexAt(lane, grip.id, y));
  };

  container.addEventListener("pointerdown", (event) => {
    const target = event.target as HTMLElement;
    const note = target.closest<HTMLElement>("[data-note]");
    const id = note?.dataset["note"];
    if (!note || !id || event.button !== 0 || target.closest("button, textarea, a, .popover") || !hooks.may(id)) return;
    end();
    grip = { id, note, pointer: event.pointerId, startX: event.clientX, startY: event.clientY, touch: event.pointerType === "touch", ghost: null, timer: undefined };
    if (grip.touch) grip.timer = setTimeout(() => begin(event.clientX, event.clientY), REST);
  });

  addEventListener("pointermove", (event) => {
    if (event.pointerId !== grip?.pointer) return;
    if (grip.ghost) return follow(event.clientX, event.clientY);
    const far = Math.hypot(event.clientX - grip.startX, event.clientY - grip.startY) > SLOP;
    if (!far) return;
    if (grip.touch) end();
    else {
      event.preventDefault();
      begin(event.clientX, event.clientY);
    }
  });

  addEventListener("pointerup", (event) => {
    if (event.pointerId !== grip?.pointer) return;
    const dragged = Boolean(grip.ghost);
    end();
    if (dragged) hooks.drop();
  });

  addEventListener("pointercancel", () => {
    const dragged = Boolean(grip?.ghost);
    end();
    if (dragged) hooks.cancel();
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !grip?.ghost) return;
    end();
    hooks.cancel();
  });

  // Once lifted, the finger moves the note and not the page; text is not selected on the way.
  container.addEventListener("touchmove", (event) => {
    if (grip?.ghost) event.preventDefault();
  }, { passive: false });
  container.addEventListener("selectstart", (event) => {
    if (grip?.ghost) event.preventDefault();
  });
}
