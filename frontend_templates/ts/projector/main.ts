/** The hall's screen: question, time, ideas or text, who speaks. Nothing to press; it follows the room. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Note, Notes } from "../board/notes";
import { sorted } from "../board/order";
import { find, list, need, show, text } from "../live/dom";
import { Provider } from "../live/provider";
import type { States } from "../live/states";
import { Words } from "../live/words";
import { Clock } from "../room/agenda";
import { onBoard, totals } from "../polls/dots";
import { counted } from "../room/people";
import { Decide } from "./decide";
import { around, leaveOut, mark, modeOf, pointed } from "./look";
import { draw, isBlank } from "./text";
import { fresh } from "./way";

/** As many as can be read from the last row. */
const NOTES = 9;
/** So far from the edge of its field an idea ends. */
const EDGE = 12;
/** Lines of what is said that can be read before the next one comes. */
const CAPTIONS = 2;

function idea({ id, merged, text: words, title, colour }: Note & { readonly title: string }, dots: string): Record<string, string | number> {
  return { id, holds: merged.map((note) => note.id).join(" "), text: words, column: title, colour, dots };
}

/** The second line of what the room says, in its second language. */
function seconds(root: HTMLElement, { title, question, second }: States["projector"]): void {
  for (const [part, words] of Object.entries({ "title-second": title, "ask-second": question })) {
    const line = find(root, part);
    if (line) line.lang = second;
    text(line, words);
    show(line, Boolean(words));
  }
  for (const line of root.querySelectorAll<HTMLElement>("[data-second]")) line.hidden = line.dataset["second"] !== second;
}

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
  const decide = new Decide(root, words, language);
  let offset = 0;

  const screen = (): States["projector"]["mode"] => modeOf(pointed(states)) ?? states.projector?.mode ?? "auto";
  /** What the facilitator chose; by itself it is the ideas while there are some, and the text from the middle on. */
  const mode = (): States["projector"]["mode"] => {
    const chosen = screen();
    if (chosen !== "auto") return chosen;
    if (decide.wanted(Date.now() + offset)) return "decide";
    if (notes.all().length === 0 && isBlank(fragment)) return "question";
    const { now = null, steps = [] } = states.agenda ?? {};
    const writing = now !== null && now >= steps.length / 2 && fragment.length > 0;
    return !writing && notes.all().length > 0 ? "board" : "text";
  };
  /** Ideas and steps that would be cut at the bottom are left out: the last ideas first, of the agenda what is done. */
  const fit = (): void => {
    const field = need(root, "notes").parentElement;
    if (!field) return;
    const end = (): number => field.getBoundingClientRect().bottom - EDGE;
    const notes = need(root, "notes");
    if (!notes.hidden) field.scrollTop = 0;
    const ideas = [...notes.children];
    leaveOut(ideas, [...ideas].reverse().filter((each) => !each.matches(".is-looked-at")), end);
    const steps = [...need(root, "agenda").children];
    leaveOut(steps, [...steps.filter((each) => each.matches(".is-done")), ...steps.filter((each) => each.matches(".is-next")).reverse()], end);
  };
  const board = (): boolean => {
    const columns = states.board?.columns ?? [];
    const every = notes.all();
    const lanes = columns.map((column) => sorted(every, column.id).map((note) => ({ ...note, title: column.title })));
    const look = pointed(states);
    const vote = onBoard(states.polls?.polls ?? []);
    const counts = vote && totals(vote);
    list(need(root, "notes"), around(lanes, NOTES, look, counts), (note) => note.id, (note) => idea(note, counts?.has(note.id) ? words.count("vote.dots", counts.get(note.id) ?? 0) : ""), "beam-note");
    const now = mode();
    root.dataset["mode"] = now === "question" ? now : screen();
    for (const [part, of] of Object.entries({ notes: "board", text: "text", agenda: "agenda", decide: "decide" })) show(find(root, part), now === of);
    root.dispatchEvent(new CustomEvent("copact:mode", { detail: now }));
    const seen = mark(root, look);
    fit();
    return seen;
  };
  const written = (): void => {
    if (!provider.synced) return;
    const page = need(root, "text");
    const before = [...page.children].map((block) => block.textContent);
    page.replaceChildren(draw(fragment));
    // The hall looks where it was brought, else where the writing is.
    if (board()) return;
    const changed = [...page.children].findIndex((block, at) => block.textContent !== before[at]);
    if (changed >= 0 && before.length) page.children[changed]?.scrollIntoView({ block: "center" });
  };
  const ask = (): void => {
    const shown = states.moderation?.shown;
    const question = states.board?.question;
    const asked = shown || question || find(root, "ask")?.textContent || "";
    text(find(root, "ask"), asked);
    root.dataset["asks"] = asked.length > 160 ? "long" : asked.length > 80 ? "more" : "";
    if (states.projector) seconds(root, { ...states.projector, ...(shown ? { question: "" } : {}) });
  };
  const tick = (): void => {
    const ends = states.agenda?.ends_at;
    show(find(root, "clock"), Boolean(ends));
    if (!ends) return;
    const left = Math.max(0, Math.round((Date.parse(ends) - Date.now() - offset) / 1000));
    const timer = need(root, "timer");
    text(timer, clock.short(left));
    timer.setAttribute("aria-label", words.get("agenda.left", { time: clock.long(left) }));
  };
  const steps = (): void => {
    const state = states.agenda;
    if (!state) return;
    const second = states.projector?.second ?? "";
    const other = (id: string): string => state.texts?.[id]?.[second] ?? "";
    list(need(root, "stages"), state.steps, (step) => step.id, (step) => ({ title: step.title, state: step.state }), "stage", (element, step) => element.classList.toggle("is-now", step.state === "now"));
    const numbered = state.steps.map((step, at) => ({ ...step, n: at + 1 }));
    list(need(root, "agenda"), numbered, (step) => step.id, (step) => ({ n: step.n, title: step.title, minutes: step.minutes, state: step.state, second: other(step.id) === step.title ? "" : other(step.id) }), "beam-step");
  };
  const agenda = (state: States["agenda"]): void => {
    offset = Date.parse(state.server_time) - Date.now();
    steps();
    tick();
    board();
  };
  const speaking = (state: States["speaking"]): void => {
    show(find(root, "speaker"), Boolean(state.current));
    text(find(root, "speaker-text"), state.current ? (state.current.name ? words.get("speaking.now", { name: state.current.name }) : words.get("speaking.someone")) : "");
    text(find(root, "then"), state.waiting ? words.count("speaking.waiting", state.waiting) : "");
  };
  const captions = ({ lines }: States["captions"]): void => {
    const last = lines.slice(-CAPTIONS);
    const holder = find(root, "captions");
    show(holder, last.length > 0);
    holder?.replaceChildren(
      ...last.map((line) => {
        const element = document.createElement("p");
        element.dir = "auto";
        element.textContent = line.text;
        return element;
      }),
    );
  };
  const door = ({ counts }: States["door"]): void => text(find(root, "counts"), counted(words, counts));

  const decided = (): void => {
    decide.set(states);
    board();
  };
  const heard: Readonly<Record<string, (state: never) => void>> = {
    agenda,
    speaking,
    door,
    captions,
    polls: decided,
    consent: decided,
    moderation: () => {
      ask();
      board();
    },
    board: () => {
      ask();
      board();
    },
    projector: () => {
      steps();
      ask();
      board();
    },
  };
  provider.on("state", ({ tool, state }) => {
    Object.assign(states, { [tool]: state });
    heard[tool]?.(state as never);
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
  new ResizeObserver(fit).observe(need(root, "notes").parentElement ?? root);
  fresh(root);
  setInterval(tick, 1000);
  setInterval(board, 10_000); // a result leaves the screen by itself
  provider.connect();
}

const root = document.querySelector<HTMLElement>('[data-module="projector"]');
if (root?.dataset["websocket"]) start(root);
