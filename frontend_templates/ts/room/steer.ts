/** How the room is led, for who leads: notes that keep themselves, who else leads, what waits for an answer, what all shall look at. */
import { find, list, need, show, text } from "../live/dom";
import type { Appeals, Door, Leading, Moderation } from "../live/states";
import type { Room } from "./context";
import { notes } from "./notes";
import { follow, options } from "./options";

function leaders(room: Room, state: Leading): void {
  text(find(room.root, "leaders"), state.names.join(", "));
}

function candidates(room: Room, state: Door): void {
  const select = find<HTMLSelectElement>(room.root, "lead-next");
  if (select) options(select, state.people.filter((person) => person.kind === "account" && person.role !== "facilitator"));
  const who = find<HTMLSelectElement>(room.root, "put-who");
  if (who) options(who, state.people.filter((person) => !person.left && (person.role === "participant" || person.role === "scribe")));
}

function appeals(room: Room, state: Appeals): void {
  const holder = find(room.root, "appeal-list");
  if (!holder) return;
  list(holder, state.waiting, (each) => each.id, ({ name, what }) => ({ name, what }), "appeal-row");
  show(find(room.root, "appeals"), state.waiting.length > 0);
}

function moderation(room: Room, state: Moderation): void {
  const holder = find(room.root, "removed");
  const removed = state.removed ?? [];
  if (holder) list(holder, removed, (each) => each.id, ({ id, name }) => ({ id, name }), "removed-person");
  show(find(room.root, "removed-box"), removed.length > 0);
  show(find(room.root, "look-away"), Boolean(state.look));
  follow(find<HTMLSelectElement>(room.root, "slow-seconds"), String(state.slow ?? 0));
}

/** The passages and ideas as they stand when somebody is about to choose one. */
function choices(room: Room): void {
  const select = find<HTMLSelectElement>(room.root, "look-target");
  if (!select) return;
  const fill = (name: string, elements: Iterable<HTMLElement>, kind: "id" | "note"): void => {
    const group = need<HTMLOptGroupElement & HTMLElement>(select, name);
    const made = [...elements].flatMap((element) => {
      const words = (element.querySelector("p") ?? element).textContent.trim();
      const value = `${kind === "id" ? "block" : "note"}:${element.dataset[kind] ?? ""}`;
      return words ? [new Option(words.length > 60 ? `${words.slice(0, 59)}…` : words, value)] : [];
    });
    group.replaceChildren(...made);
  };
  const now = (): void => {
    const chosen = select.value;
    fill("look-passages", room.root.querySelectorAll<HTMLElement>(":is(.ProseMirror, [data-part=read]) :is(p, h2, h3)[data-id]"), "id");
    fill("look-notes", room.root.querySelectorAll<HTMLElement>("[data-note]"), "note");
    if ([...select.options].some((option) => option.value === chosen)) select.value = chosen;
  };
  select.addEventListener("focus", now);
  select.addEventListener("pointerdown", now);
}

export function steer(room: Room): void {
  notes(room);
  choices(room);
  const draw = {
    leading: (state: Leading): void => leaders(room, state),
    door: (state: Door): void => candidates(room, state),
    appeals: (state: Appeals): void => appeals(room, state),
    moderation: (state: Moderation): void => moderation(room, state),
  };
  room.on("leading", draw.leading);
  room.on("door", draw.door);
  room.on("appeals", draw.appeals);
  room.on("moderation", draw.moderation);
  const now = { leading: room.state("leading"), door: room.state("door"), appeals: room.state("appeals"), moderation: room.state("moderation") };
  if (now.leading) draw.leading(now.leading);
  if (now.door) draw.door(now.door);
  if (now.appeals) draw.appeals(now.appeals);
  if (now.moderation) draw.moderation(now.moderation);
}
