/** The hall's screen: question, time, ideas or text, who speaks. Nothing to press; it follows the room. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Notes } from "../board/notes";
import { sorted } from "../board/order";
import { find, list, need, show, text } from "../live/dom";
import { Provider } from "../live/provider";
import type { States } from "../live/states";
import { Words } from "../live/words";
import { Clock } from "../room/agenda";
import { draw } from "./text";

/** As many as can be read from the last row. */
const NOTES = 9;

function start(root: HTMLElement): void {
  const language = document.documentElement.lang || "en";
  const words = new Words(document, language);
  const clock = new Clock(language);
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  awareness.setLocalState(null);
  const provider = new Provider({ doc, awareness, url: () => new URL(root.dataset["websocket"] ?? "", location.href.replace(/^http/, "ws")).href, mayWrite: () => false });
  const notes = new Notes(doc);
  const fragment = doc.getXmlFragment("document");
  const states: Partial<States> = {};
  let offset = 0;

  const board = (): void => {
    const columns = states.board?.columns ?? [];
    // The newest ideas last, from every column in turn, as long as there is room.
    const all = columns.flatMap((column) => sorted(notes.all(), column.id).map((note) => ({ ...note, title: column.title })));
    const seen = all.slice(-NOTES);
    const step = states.agenda?.now === null || states.agenda?.now === undefined ? null : states.agenda.steps[states.agenda.now];
    const writing = Boolean(step && states.agenda && states.agenda.now !== null && states.agenda.now >= states.agenda.steps.length / 2 && fragment.length);
    const ideas = seen.length > 0 && !writing;
    list(need(root, "notes"), seen, (note) => note.id, (note) => ({ text: note.text, column: note.title, colour: note.colour }), "beam-note");
    show(need(root, "notes"), ideas);
    show(need(root, "text"), !ideas);
  };
  const written = (): void => {
    if (!provider.synced) return;
    const page = need(root, "text");
    const before = [...page.children].map((block) => block.textContent);
    page.replaceChildren(draw(fragment));
    board();
    // The hall looks where the writing is.
    const changed = [...page.children].findIndex((block, at) => block.textContent !== before[at]);
    if (changed >= 0 && before.length) page.children[changed]?.scrollIntoView({ block: "center" });
  };
  const ask = (): void => text(find(root, "ask"), states.moderation?.shown || states.board?.question || find(root, "ask")?.textContent || "");
  const tick = (): void => {
    const ends = states.agenda?.ends_at;
    show(find(root, "clock"), Boolean(ends));
    if (!ends) return;
    const left = Math.max(0, Math.round((Date.parse(ends) - Date.now() - offset) / 1000));
    const timer = need(root, "timer");
    text(timer, clock.short(left));
    timer.setAttribute("aria-label", words.get("agenda.left", { time: clock.long(left) }));
  };
  const agenda = (state: States["agenda"]): void => {
    offset = Date.parse(state.server_time) - Date.now();
    list(need(root, "stages"), state.steps, (step) => step.id, (step) => ({ title: step.title, state: step.state }), "stage", (element, step) => element.classList.toggle("is-now", step.state === "now"));
    tick();
    board();
  };
  const speaking = (state: States["speaking"]): void => {
    show(find(root, "speaker"), Boolean(state.current));
    text(find(root, "speaker-text"), state.current ? words.get("speaking.now", { name: state.current.name }) : "");
    const names = new Intl.ListFormat(language, { type: "unit" }).format(state.queue.slice(0, 3).map((each) => each.name));
    text(find(root, "then"), names ? words.get("speaking.then", { names }) : "");
  };
  const door = ({ counts }: States["door"]): void => text(find(root, "counts"), [words.count("people.hall", counts.hall), words.count("people.online", counts.online)].join(", "));

  provider.on("state", ({ tool, state }) => {
    Object.assign(states, { [tool]: state });
    if (tool === "agenda") agenda(state as States["agenda"]);
    if (tool === "speaking") speaking(state as States["speaking"]);
    if (tool === "door") door(state as States["door"]);
    if (tool === "board" || tool === "moderation") ask();
    if (tool === "board") board();
  });
  let drawing = 0;
  doc.on("update", () => {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      written();
    });
  });
  provider.on("synced", written);
  let away: ReturnType<typeof setTimeout> | undefined;
  provider.on("line", (up) => {
    clearTimeout(away);
    if (up) show(find(root, "line"), false);
    else away = setTimeout(() => show(find(root, "line"), true), 3000);
  });
  provider.on("ended", () => setTimeout(() => location.reload(), 5000));
  addEventListener("online", () => provider.hurry());
  setInterval(tick, 1000);
  provider.connect();
}

const root = document.querySelector<HTMLElement>('[data-module="projector"]');
if (root?.dataset["websocket"]) start(root);
