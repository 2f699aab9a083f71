/** The room: starts from the element with `data-module="room"`. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { BoardView } from "../board/view";
import { find } from "../live/dom";
import { Orders } from "../live/orders";
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
import { Lead } from "./lead";
import { Line } from "./line";
import { PeopleView } from "./people";
import { SpeakingView } from "./speaking";
import { Views } from "./views";

type Listener = (state: never) => void;

/** Who may do what now: what the server said at the start, bounded by what the facilitator has switched since. */
function rights(root: HTMLElement, states: Map<string, unknown>, ended: () => boolean): (ability: Ability) => boolean {
  const granted = new Set((root.dataset["can"] ?? "").split(" ").filter(Boolean));
  const role = root.dataset["role"] ?? "";
  const leads = role === "facilitator" || role === "scribe" || granted.has("facilitate");
  const lockedAtFirst = root.querySelector('[data-bar="locked"], [data-bar="frozen"]') !== null;
  return (ability) => {
    const moderation = states.get("moderation") as States["moderation"] | undefined;
    const base = granted.has(ability) || (lockedAtFirst && role === "participant" && (ability === "write" || ability === "board" || ability === "chat"));
    if (!base || ended()) return false;
    if (ability === "write") return !(moderation?.frozen ?? false) && (leads || !(moderation?.locked ?? lockedAtFirst));
    return true;
  };
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
function leaving(room: Room, store: () => DeviceStore | null): void {
  const link = find<HTMLAnchorElement>(room.root, "leave");
  link?.addEventListener("click", (event) => {
    const kept = store();
    if (!kept || room.provider.unsaved || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const go = (): void => location.assign(link.href);
    const timer = setTimeout(go, 800);
    room.provider.destroy();
    void kept.forget().finally(() => {
      clearTimeout(timer);
      go();
    });
  });
}

async function start(root: HTMLElement): Promise<void> {
  const language = document.documentElement.lang || "en";
  const words = new Words(document, language);
  const polite = document.getElementById("say");
  const assertive = document.getElementById("say-now");
  if (!polite || !assertive) return;
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const states = new Map<string, unknown>();
  const listeners = new Map<string, Listener[]>();
  // Parts that are made later; the room's rights ask them.
  const parts: { line?: Line; store?: DeviceStore | null } = {};
  const can = rights(root, states, () => Boolean(parts.line?.ended));
  const provider = new Provider({ doc, awareness, url: () => address(root.dataset["websocket"] ?? ""), mayWrite: () => can("write") || can("board") });
  const say = new Say({ polite, assertive }, words);
  const orders = new Orders(provider, () => chat.refresh());

  const room: Room = {
    root,
    language,
    me: { id: root.dataset["me"] ?? "", name: root.dataset["name"] ?? "", role: root.dataset["role"] ?? "" },
    doc,
    awareness,
    provider,
    orders,
    words,
    say,
    can,
    state: (tool) => states.get(tool) as never,
    on: (tool, listener) => void listeners.set(tool, [...(listeners.get(tool) ?? []), listener as Listener]),
  };

  const bars = new Bars(room);
  const draft = new Draft(room);
  const board = new BoardView(room, (text) => draft.bring(text));
  const chat = new ChatView(room);
  const speaking = new SpeakingView(room);
  new AgendaView(room);
  new PeopleView(room);
  new Views(room);
  const lead = new Lead(room, (up) => speaking.hope(up));
  room.on("board", () => lead.shown());
  loudness(root, say);

  let wrote = can("write") || can("board");
  room.on("moderation", () => {
    const writes = can("write") || can("board");
    board.render();
    // What was written while it was locked goes out on a new line, where the server asks for it.
    if (writes && provider.unsaved && !provider.refused && (!wrote || denied)) provider.renew();
    wrote = writes;
    denied = false;
  });
  let denied = false;
  provider.on("denied", () => (denied = true));
  provider.on("state", ({ tool, state }) => {
    states.set(tool, state);
    for (const listener of listeners.get(tool) ?? []) (listener as (state: unknown) => void)(state);
  });

  const show = (): void => {
    draft.start();
    board.start();
  };
  provider.on("synced", show);

  parts.store = await DeviceStore.open(root.dataset["room"] ?? "", doc, () => parts.line?.update());
  parts.store?.follow(provider);
  parts.line = new Line({ room, bars, store: () => parts.store ?? null, words: () => draft.text, changed: () => draft.refresh() });
  leaving(room, () => parts.store ?? null);
  if (parts.store?.found) {
    if (can("write") || can("board")) provider.owe();
    show();
  }
  provider.connect();
}

const root = document.querySelector<HTMLElement>('[data-module="room"]');
if (root?.dataset["websocket"]) void start(root);
