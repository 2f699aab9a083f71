/** Where the others are in the text, drawn over it and never in it, so that no reader's software trips over them. */
import type { EditorView } from "prosemirror-view";
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey, type ProsemirrorBinding } from "y-prosemirror";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { colourOf, userOf } from "../live/people";

/** The name stays this long after the last move, then shrinks to a flag. */
const QUIET = 2500;

interface Cursor {
  readonly anchor: unknown;
  readonly head: unknown;
}

interface Drawn {
  readonly caret: HTMLElement;
  readonly ranges: HTMLElement;
  last: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export interface Place {
  readonly client: number;
  readonly name: string;
  readonly anchor: number;
  readonly head: number;
}

function binding(view: EditorView): ProsemirrorBinding | null {
  const state = ySyncPluginKey.getState(view.state) as { binding: ProsemirrorBinding | null } | undefined;
  return state?.binding ?? null;
}

export class Carets {
  readonly #view: EditorView;
  readonly #awareness: Awareness;
  readonly #layer: HTMLElement;
  readonly #drawn = new Map<number, Drawn>();
  #frame = 0;
  #mine = "";

  constructor(view: EditorView, awareness: Awareness, layer: HTMLElement) {
    this.#view = view;
    this.#awareness = awareness;
    this.#layer = layer;
    awareness.on("change", this.draw);
    new ResizeObserver(this.draw).observe(view.dom);
    view.dom.addEventListener("focus", () => this.tell());
    view.dom.addEventListener("blur", () => this.tell());
  }

  /** Tells the others where this person's cursor is; nowhere, when the text is not in focus. */
  tell(): void {
    const bound = binding(this.#view);
    let cursor: Cursor | null = null;
    if (bound && this.#view.hasFocus() && this.#view.editable) {
      const { anchor, head } = this.#view.state.selection;
      const relative = (pos: number): unknown => absolutePositionToRelativePosition(pos, bound.type, bound.mapping) as unknown;
      cursor = { anchor: relative(anchor), head: relative(head) };
    }
    const now = JSON.stringify(cursor);
    if (now === this.#mine) return;
    this.#mine = now;
    this.#awareness.setLocalStateField("cursor", cursor);
  }

  /** Where the others are, as positions in the text as it is now. */
  places(): Place[] {
    const bound = binding(this.#view);
    if (!bound) return [];
    const places: Place[] = [];
    for (const [client, state] of this.#awareness.getStates()) {
      const cursor = state["cursor"] as Cursor | null | undefined;
      const user = userOf(state);
      if (client === this.#awareness.clientID || !cursor || !user) continue;
      const absolute = (json: unknown): number | null => {
        try {
          return relativePositionToAbsolutePosition(bound.doc, bound.type, Y.createRelativePositionFromJSON(json), bound.mapping);
        } catch {
          return null;
        }
      };
      const [anchor, head] = [absolute(cursor.anchor), absolute(cursor.head)];
      if (anchor !== null && head !== null) places.push({ client, name: user.name, anchor, head });
    }
    return places;
  }

  readonly draw = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  };

  #paint(): void {
    const places = this.places();
    const here = new Set(places.map((place) => place.client));
    for (const [client, drawn] of this.#drawn) {
      if (here.has(client)) continue;
      drawn.caret.remove();
      drawn.ranges.remove();
      clearTimeout(drawn.timer);
      this.#drawn.delete(client);
    }
    const origin = this.#layer.getBoundingClientRect();
    if (!origin.width) return;
    for (const place of places) this.#place(place, origin);
  }

  #place(place: Place, origin: DOMRect): void {
    const drawn = this.#drawn.get(place.client) ?? this.#make(place);
    const size = this.#view.state.doc.content.size;
    const at = this.#view.coordsAtPos(Math.min(place.head, size));
    const [x, y] = [at.left - origin.left, at.top - origin.top];
    drawn.caret.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    drawn.caret.style.blockSize = `${(at.bottom - at.top).toFixed(1)}px`;
    drawn.caret.classList.toggle("is-turned", x > origin.width - 120);
    const now = `${place.anchor} ${place.head}`;
    if (now !== drawn.last) {
      drawn.last = now;
      drawn.caret.classList.remove("is-quiet");
      clearTimeout(drawn.timer);
      drawn.timer = setTimeout(() => drawn.caret.classList.add("is-quiet"), QUIET);
    }
    this.#mark(drawn, place, origin);
  }

  /** The selection of another person, as rectangles behind nothing and over the text. */
  #mark(drawn: Drawn, place: Place, origin: DOMRect): void {
    const size = this.#view.state.doc.content.size;
    const [from, to] = [Math.min(place.anchor, place.head, size), Math.min(Math.max(place.anchor, place.head), size)];
    if (from === to) return drawn.ranges.replaceChildren();
    const range = document.createRange();
    const [start, end] = [this.#view.domAtPos(from), this.#view.domAtPos(to)];
    range.setStart(start.node, start.offset);
    range.setEnd(end.node, end.offset);
    const boxes = [...range.getClientRects()].slice(0, 60).map((rect) => {
      const box = document.createElement("i");
      box.style.transform = `translate(${rect.left - origin.left}px, ${rect.top - origin.top}px)`;
      box.style.inlineSize = `${rect.width}px`;
      box.style.blockSize = `${rect.height}px`;
      return box;
    });
    drawn.ranges.replaceChildren(...boxes);
  }

  #make(place: Place): Drawn {
    const colour = colourOf(this.#awareness.getStates().get(place.client) ?? {}, place.client);
    const caret = document.createElement("span");
    caret.className = `caret caret--${colour}`;
    caret.dataset["name"] = place.name;
    const ranges = document.createElement("span");
    ranges.className = `range range--${colour}`;
    this.#layer.append(ranges, caret);
    const drawn: Drawn = { caret, ranges, last: "", timer: undefined };
    this.#drawn.set(place.client, drawn);
    return drawn;
  }
}
