/** Captions: the last lines of what is said, for who switched them on; a volunteer types them. */
import { find, need, show, text } from "../live/dom";
import type { Captions } from "../live/states";
import type { Room } from "../room/context";

const KEY = "copact:captions";
/** So near to the end, in pixels, one reads along. */
const NEAR = 40;

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

export function start(room: Room): void {
  const { root, words } = room;
  const lines = need(root, "captions-lines");
  const details = need<HTMLDetailsElement>(root, "captions-open");
  const writing = find<HTMLFormElement>(root, "captions-write");
  let mine = false;
  const remember = (): void => {
    try {
      localStorage.setItem(KEY, details.open ? "on" : "off");
    } catch {
      // It is open for this visit.
    }
  };
  // Opening it may be what brought this script.
  if (details.open) remember();
  else details.open = remembered();
  details.addEventListener("toggle", remember);

  const draw = (state: Captions): void => {
    show(need(root, "captions"), state.on || state.lines.length > 0);
    const down = lines.scrollHeight - lines.scrollTop - lines.clientHeight < NEAR;
    const known = new Set([...lines.querySelectorAll<HTMLElement>("p[data-line]")].map((line) => Number(line.dataset["line"])));
    const wanted = new Set(state.lines.map((line) => line.id));
    for (const line of [...lines.children] as HTMLElement[]) if (!wanted.has(Number(line.dataset["line"]))) line.remove();
    for (const { id, text: said } of state.lines) {
      if (known.has(id)) continue;
      const line = document.createElement("p");
      line.dataset["line"] = String(id);
      line.dir = "auto";
      line.textContent = said;
      lines.append(line);
    }
    // Whoever reads an earlier line stays at it.
    if (down) lines.scrollTop = lines.scrollHeight;
    show(find(root, "captions-writer"), Boolean(state.writer));
    text(find(root, "captions-writer"), state.writer ? words.get("captions.writer", { name: state.writer }) : "");
    show(find(root, "captions-keeps"), state.keeps);
    show(find(root, "captions-goes"), !state.keeps);
    show(find(root, "captions-drop"), state.keeps);
    show(writing, state.mine);
    if (state.mine && !mine) room.say.me(words.get("captions.yours"));
    mine = state.mine;
  };
  const now = room.state("captions");
  if (now) draw(now);
  room.on("captions", draw);
}
