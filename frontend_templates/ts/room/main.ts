/** The room: starts from the element with `data-module="room"`. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { BoardView } from "../board/view";
import { find } from "../live/dom";
import { drawer, Orders } from "../live/orders";
import { Provider } from "../live/provider";
import { Say, type Loudness } from "../live/say";
import type { States } from "../live/states";
import { DeviceStore } from "../live/store";
import { Words } from "../live/words";
import { AgendaView } from "./agenda";
import { Bars } from "./bars";
import { ChatView } from "./chat";
import type { Ability, Room } from "./context";
import { Draft } from "./draft";
import { keepFocus } from "./focus";
import { Halfway } from "./halfway";
import { keys } from "./keys";
import { later as whenUsed } from "./later";
import { Lead } from "./lead";
import { Leads } from "./look";
import { Line } from "./line";
import { PeopleView } from "./people";
import { Reading } from "./reading";
import { may } from "./rights";
import { SpeakingView } from "./speaking";
import { fresh } from "./ticket";
import { Anew } from "./anew";
import { Views } from "./views";

/** A server asks within this time for what it held back. */
const HELD = 4000;

type Listener = (state: unknown) => void;

/** The tools' latest states, and who wants to hear of the next. */
class Tools {
  readonly #states = new Map<string, unknown>();
  readonly #listeners = new Map<string, Listener[]>();

  get<Tool extends keyof States>(tool: Tool): States[Tool] | undefined {
    return this.#states.get(tool) as States[Tool] | undefined;
  }

  on<Tool extends keyof States>(tool: Tool, listener: (state: States[Tool]) => void): void {
    this.#listeners.set(tool, [...(this.#listeners.get(tool) ?? []), (state) => listener(state as States[Tool])]);
  }

  set(tool: string, state: unknown): void {
    this.#states.set(tool, state);
    for (const listener of this.#listeners.get(tool) ?? []) listener(state);
  }
}

function address(path: string): string {
  return new URL(path, location.href.replace(/^http/, "ws")).href.replace(/^http/, "ws");
}

function loudness(root: HTMLElement, say: Say): void {
  const select = find<HTMLSelectElement>(root, "loudness");
  if (!select) return;
  const choose = (value: string): void => {
    if (value === "all" || value === "me" || value === "none") say.loudness = value satisfies Loudness;
  };
  try {
    select.value = localStorage.getItem("copact:say") ?? "me";
  } catch {
    select.value = "me";
  }
  choose(select.value);
  select.addEventListener("change", () => {
    choose(select.value);
    try {
      localStorage.setItem("copact:say", select.value);
    } catch {
      // The choice holds for this visit.
    }
  });
}

/** On a shared phone nothing stays behind, once the server has everything. */
function leaving(room: Room, half: Halfway, store: () => DeviceStore | null): void {
  const link = find<HTMLAnchorElement>(room.root, "leave");
  link?.addEventListener("click", (event) => {
    const kept = store();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    half.forget();
    if (!kept || room.provider.unsaved) return;
    event.preventDefault();
    const go = (): void => location.assign(link.href);
    const timer = setTimeout(go, 800);
    room.provider.destroy();
    void kept.forget().finally(() => {
      clearTimeout(timer);
      go();
    });
  });
  find<HTMLFormElement>(room.root, "leave-for-good")?.addEventListener("submit", () => {
    half.forget();
    if (!room.provider.unsaved) void store()?.forget();
  });
}

/** Once the text is open again the server asks for what was held back; a server that does not is asked on a new line. */
function unlocking(room: Room): void {
  let writes = room.can("write");
  room.on("moderation", () => {
    const now = room.can("write");
    if (now && !writes)
      setTimeout(() => {
        if (room.provider.connected && room.provider.unsaved && !room.provider.refused) room.provider.renew();
      }, HELD);
    writes = now;
  });
}

/** A scribe is named in the middle of a session; who begins to lead, or only to watch, needs another page. */
function promoting(room: Room, changed: () => void): void {
  room.on("door", ({ people }) => {
    const role = people.find((person) => person.id === room.me.id)?.role;
    if (!role || role === room.me.role) return;
    const another = [role, room.me.role].some((each) => each === "facilitator" || each === "observer");
    room.me.role = role;
    if (!another) changed();
    else if (!room.provider.unsaved) location.reload();
    else room.provider.on("saving", () => room.provider.unsaved || location.reload());
  });
}

/** A page that is put away lays its line down, so that it may rest; one that comes back looks at once whether its line still stands. */
function resting(room: Room, half: Halfway, later: Later): void {
  const put = (): void => {
    half.keep();
    later.store?.flush();
  };
  addEventListener("pagehide", () => {
    put();
    room.provider.rest();
  });
  document.addEventListener("freeze", put);
  document.addEventListener("visibilitychange", () => (document.hidden ? put() : room.provider.wake()));
  for (const event of ["pageshow", "resume"]) (event === "pageshow" ? window : document).addEventListener(event, () => room.provider.wake());
}

interface Later {
  line: Line | null;
  store: DeviceStore | null;
}

function make(root: HTMLElement, polite: HTMLElement, assertive: HTMLElement, later: Later): Room {
  const language = document.documentElement.lang || "en";
  const words = new Words(document, language);
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const tools = new Tools();
  const me = { id: root.dataset["me"] ?? "", name: root.dataset["name"] ?? "", role: root.dataset["role"] ?? "" };
  const granted = new Set((root.dataset["can"] ?? "").split(" "));
  const can = (ability: Ability): boolean => may(ability, { granted, role: me.role, moderation: tools.get("moderation"), muted: tools.get("chat")?.muted ?? false, ended: Boolean(later.line?.ended) });
  const provider = new Provider({ doc, awareness, url: () => address(root.dataset["websocket"] ?? ""), mayWrite: () => can("write") || can("board"), fresh: () => fresh(root, me) });
  provider.on("state", ({ tool, state }) => tools.set(tool, state));
  const orders = new Orders(provider, drawer(root.dataset["room"] ?? "", () => localStorage));
  return { root, language, me, doc, awareness, provider, orders, words, say: new Say({ polite, assertive }, words), can, state: (tool) => tools.get(tool), on: (tool, listener) => tools.on(tool, listener) };
}

async function start(root: HTMLElement, polite: HTMLElement, assertive: HTMLElement): Promise<void> {
  const later: Later = { line: null, store: null };
  const half = new Halfway(root, () => sessionStorage);
  half.putBack();
  const room = make(root, polite, assertive, later);
  const { provider, doc } = room;
  const bars = new Bars(room);
  const draft = new Draft(room, () => {
    const { words } = room;
    bars.set("stop", { kind: "bar--stop", title: words.get("paste.big"), text: words.get("paste.big-text"), acts: [{ label: words.get("bar.close"), run: () => bars.set("stop", null) }] });
    room.say.now(words.get("paste.big"));
  });
  const board = new BoardView(room, (text, idea) => draft.bring(text, idea));
  const speaking = new SpeakingView(room);
  new ChatView(room);
  new AgendaView(room);
  new PeopleView(room);
  new Views(room);
  new Leads(room, bars);
  const lead = new Lead(room, (up) => speaking.hope(up));
  whenUsed(room, "captions", () => import("../captions/main"));
  whenUsed(room, "passages", () => import("../passages/main"));
  room.on("board", () => lead.shown());
  whenUsed(room, "polls", () => import("../polls/main"));
  whenUsed(room, "consent", () => import("../consent/main"));
  room.on("moderation", () => board.render());
  whenUsed(room, "breakouts", () => import("../breakouts/main"));
  whenUsed(room, "minutes", () => import("../minutes/main"));
  loudness(root, room.say);
  keys(room);
  keepFocus(root);
  // What only who leads needs; without it its forms work as plain forms.
  if (find(root, "plan")) void import("./desk").then((desk) => desk.start(room), () => undefined);
  unlocking(room);
  promoting(room, () => draft.refresh());

  const show = (): void => {
    draft.start();
    board.start();
  };
  provider.on("synced", show);
  const anew = new Anew(room, bars, () => later.store);
  later.store = await DeviceStore.open(await anew.place(), doc, () => later.line?.update());
  later.store?.follow(provider);
  later.line = new Line({ room, bars, store: () => later.store, words: () => draft.text, changed: () => draft.refresh() });
  new Reading(room, bars);
  resting(room, half, later);
  leaving(room, half, () => later.store);
  if (later.store?.found) {
    if (room.can("write") || room.can("board")) provider.owe();
    show();
  }
  provider.connect();
}

const root = document.querySelector<HTMLElement>('[data-module="room"]');
const polite = document.getElementById("say");
const assertive = document.getElementById("say-now");
if (root?.dataset["websocket"] && polite && assertive) void start(root, polite, assertive);
