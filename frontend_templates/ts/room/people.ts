/** Who is in the room, and who waits at its door. */
import { find, list, show, text } from "../live/dom";
import { initials, userOf } from "../live/people";
import type { Door, Person } from "../live/states";
import type { Words } from "../live/words";
import type { Room } from "./context";

/** "12 in the hall, 8 online, 2 without a device": where nobody is, nothing more is said. */
export function counted(words: Words, counts: Door["counts"], names: readonly ("phone" | "assisted" | "watching")[] = ["phone", "assisted", "watching"]): string {
  const more = names.flatMap((name) => (counts[name] ? [words.count(`people.${name}`, counts[name])] : []));
  return [words.count("people.hall", counts.hall), words.count("people.online", counts.online), ...more].join(", ");
}

/** What is told of somebody without a device, and what who leads can do about it. */
function unaided({ kind, place, left }: Person, can: boolean): Record<string, boolean> {
  if (kind !== "assisted") return {};
  const gone = Boolean(left);
  return { assisted: place !== "phone", phoned: place === "phone", helped: can, leavable: can && !gone, gone };
}

export class PeopleView {
  readonly #room: Room;
  #waiting = -1;

  constructor(room: Room) {
    this.#room = room;
    room.on("door", (state) => this.#show(state));
    room.awareness.on("change", () => this.#faces());
    this.#removing();
  }

  #show(state: Door): void {
    const { root, words, can } = { root: this.#room.root, words: this.#room.words, can: this.#room.can("moderate") };
    const holder = find(root, "people");
    if (holder)
      list(
        holder,
        // Who is here stands first; otherwise in the order of coming.
        [...state.people].sort((a, b) => Number(b.online) - Number(a.online) || Number(Boolean(a.left)) - Number(Boolean(b.left))),
        (person) => person.id,
        (person) => ({
          id: person.id,
          name: person.name,
          role: person.role,
          colour: person.colour || 1,
          initials: initials(person.name),
          facilitator: person.role === "facilitator",
          scribe: person.role === "scribe",
          ...unaided(person, can),
          observer: person.role === "observer",
          watchable: can && person.role === "participant" && person.kind !== "assisted",
          away: !person.online && person.kind !== "assisted",
          removable: can && person.id !== this.#room.me.id,
          promotable: can && person.role === "participant" && person.kind !== "assisted",
          demotable: can && person.role === "scribe",
        }),
        "person",
      );
    text(find(root, "counts-text"), counted(words, state.counts, ["phone"]));
    text(find(root, "counts-all"), counted(words, state.counts));
    this.#door(state);
  }

  #door(state: Door): void {
    const { root, words, say } = this.#room;
    const holder = find(root, "waiting");
    if (!holder) return;
    const n = state.waiting.length;
    list(holder, state.waiting, (each) => each.id, (each) => ({ ...each }), "waiting");
    show(find(root, "door"), n > 0);
    text(find(root, "door-count"), words.count("speaking.waiting", n));
    const all = find(root, "admit-all");
    show(all, n > 1);
    text(all, words.count("door.all", n));
    if (this.#waiting >= 0 && n > this.#waiting) {
      say.me(words.count("door.waiting", n));
      root.dispatchEvent(new CustomEvent("copact:news", { detail: { view: "lead", n: n - this.#waiting } }));
    }
    this.#waiting = n;
  }

  /** The faces of those who have their cursor in the text. */
  #faces(): void {
    const holder = find(this.#room.root, "faces");
    if (!holder) return;
    const writing = [...this.#room.awareness.getStates()].flatMap(([client, state]) => {
      const user = userOf(state);
      return user && state["cursor"] && client !== this.#room.doc.clientID ? [{ client, name: user.name, state }] : [];
    });
    const people = this.#room.state("door")?.people ?? [];
    holder.replaceChildren(
      ...writing.slice(0, 5).map(({ name }) => {
        const face = document.createElement("span");
        face.className = `face face--${people.find((person) => person.name === name)?.colour ?? 1}`;
        face.textContent = initials(name);
        return face;
      }),
    );
    text(find(this.#room.root, "writing"), writing.length ? this.#room.words.count("people.writing", writing.length) : "");
  }

  #removing(): void {
    const dialog = find<HTMLDialogElement>(this.#room.root, "remove-dialog");
    if (!dialog) return;
    this.#room.root.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>('button[data-part="remove"]');
      if (!button) return;
      const person = this.#room.state("door")?.people.find((each) => each.id === button.value);
      const id = dialog.querySelector<HTMLInputElement>('input[name="id"]');
      if (!person || !id) return;
      // A reason belongs to one person.
      if (id.value !== person.id) dialog.querySelector("form")?.reset();
      for (const sign of dialog.querySelectorAll(".order-problem")) sign.remove();
      id.value = person.id;
      text(find(dialog, "remove-title"), this.#room.words.get("people.remove", { name: person.name }));
      dialog.showModal();
    });
    find(dialog, "remove-cancel")?.addEventListener("click", () => dialog.close());
    let asked = "";
    const named = (): string => dialog.querySelector<HTMLInputElement>('input[name="id"]')?.value ?? "";
    dialog.addEventListener("submit", () => (asked = named()));
    // It stays open until they are gone: what went wrong is said in it, beside the reason.
    dialog.addEventListener("copact:done", () => {
      if (asked === named()) dialog.close();
    });
  }
}
