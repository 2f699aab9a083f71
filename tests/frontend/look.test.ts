import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Leading, Look, Moderation, States } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import { around, leaveOut, mark, modeOf, pointed } from "../../frontend_templates/ts/projector/look";
import type { Bar } from "../../frontend_templates/ts/room/bars";
import type { Room } from "../../frontend_templates/ts/room/context";
import { page } from "./page";

let dom = page("");
let bars = new Map<string, Bar>();
let said: string[] = [];
let sent: unknown[][] = [];
let seen: { element: Element; options: unknown }[] = [];
const listeners = new Map<string, (state: never) => void>();

const words = ["look.title", "look.go", "bar.close", "message.from", "alone.title", "alone.text", "alone.you", "alone.take"];

beforeEach(async () => {
  dom = page(`<div id="room"><main><div class="ProseMirror"><p data-id="b1">Six benches</p></div></main><section id="ideas"><article data-note="n1">Shade</article></section><section id="agenda">Agenda</section>
    <nav class="tabs"><a href="#ideas">Ideas</a><a href="#draft">Draft</a></nav></div>
    <main id="hall"><p data-part="look" hidden>Look here</p><div data-part="notes"><div data-id="n1" data-holds="n2 n3">Shade</div></div><div data-part="text"><p data-id="b1">Six</p><p data-id="b2">Two</p></div></main>
    ${words.map((key) => `<template data-string="${key}">${key === "message.from" ? "{name} to all" : key}</template>`).join("")}`);
  Object.defineProperty(globalThis, "CSS", { value: { escape: (value: string) => value.replace(/[^\w-]/g, "\\$&") }, configurable: true });
  seen = [];
  dom.window.HTMLElement.prototype.scrollIntoView = function (this: Element, options?: unknown): void {
    seen.push({ element: this, options });
  };
  bars = new Map();
  said = [];
  sent = [];
  listeners.clear();
  const { Leads } = await import("../../frontend_templates/ts/room/look");
  new Leads(room(), { set: (name: string, bar: Bar | null) => (bar ? bars.set(name, bar) : bars.delete(name)) } as never);
});

function element(selector: string): HTMLElement {
  const found = dom.window.document.querySelector<HTMLElement>(selector);
  assert.ok(found, selector);
  return found;
}

function room(): Room {
  return {
    root: element("#room"),
    words: new Words(dom.window.document, "en"),
    say: { me: (text: string) => said.push(text), now: (text: string) => said.push(text) },
    orders: {
      send: (...order: unknown[]) => {
        sent.push(order);
        return Promise.resolve();
      },
    },
    me: { role: "participant" },
    provider: { connected: true },
    on: (name: string, listener: (state: never) => void) => listeners.set(name, listener),
  } as unknown as Room;
}

const look = (id: string, kind: Look["kind"] = "block", target = "b1"): Look => ({ id, kind, target, words: "Six benches" });
const moderation = (state: Partial<Moderation>): void => listeners.get("moderation")?.({ locked: false, frozen: false, chat_paused: false, ask_before_admitting: false, reason: "", shown: "", ...state } as never);
const press = (name: string, at = 0): void => bars.get(name)?.acts?.[at]?.run();
const idle = (test: { mock: { method: (object: object, name: string, make: () => number) => unknown } }, seconds: number): void => {
  const now = Date.now();
  test.mock.method(Date, "now", () => now + seconds * 1000);
};

test("who is there reads where to look, and is not moved before they press", () => {
  moderation({});
  moderation({ look: look("l1") });
  assert.equal(bars.get("look")?.text, "Six benches");
  assert.deepEqual(said, ["look.title Six benches"]);
  assert.equal(seen.length, 0);
  press("look");
  assert.equal(seen[0]?.element, element('#room [data-id="b1"]'));
  assert.ok(element('#room [data-id="b1"]').classList.contains("is-looked-at"));
  assert.equal(dom.window.location.hash, "#draft");
  assert.equal(bars.has("look"), false);
});

test("who just typed is left alone, and who has touched nothing for a minute is taken along without losing the focus", (test) => {
  moderation({});
  idle(test, 30);
  moderation({ look: look("l1") });
  assert.equal(seen.length, 0);
  idle(test, 61);
  dom.window.dispatchEvent(new dom.window.Event("keydown"));
  moderation({ look: look("l2") });
  assert.equal(seen.length, 0);
  idle(test, 130);
  moderation({ look: look("l3") });
  assert.equal(seen.length, 1);
  assert.equal(dom.window.document.activeElement, dom.window.document.body);
});

test("whoever comes later sees the notice alone, however long nothing was touched", (test) => {
  idle(test, 600);
  moderation({ look: look("l1") });
  assert.ok(bars.has("look"));
  assert.equal(seen.length, 0);
});

test("the first look of a session takes an idle person along, as every later one does", (test) => {
  moderation({});
  idle(test, 600);
  moderation({ look: look("l1") });
  assert.equal(seen.length, 1);
  moderation({ look: look("l2") });
  assert.equal(seen.length, 2);
});

test("a look that stood when the page came moves nobody when it is told again, and the next one does", (test) => {
  moderation({ look: look("l1") });
  idle(test, 600);
  moderation({ look: look("l1"), reason: "after a cut line" });
  assert.equal(seen.length, 0);
  moderation({ look: look("l2") });
  assert.equal(seen.length, 1);
});

test("one look is told once, and taken down it goes from the page", () => {
  moderation({});
  moderation({ look: look("l1") });
  press("look", 1);
  moderation({ look: look("l1"), reason: "another change" });
  assert.equal(bars.has("look"), false);
  moderation({ look: null });
  moderation({ look: look("l1") });
  assert.equal(said.length, 2);
  moderation({ look: null });
  assert.equal(bars.has("look"), false);
});

test("an idea gets the focus where it stands; one that is gone moves nobody", () => {
  moderation({});
  moderation({ look: look("l1", "note", "n1") });
  press("look");
  assert.equal(dom.window.document.activeElement, element("[data-note=n1]"));
  moderation({ look: look("l2", "note", "away") });
  press("look");
  assert.equal(seen.length, 1);
});

test("a message to all stands until it is put away, and that is told to the server", () => {
  moderation({ message: { id: "m1", by: "Irene", text: "Tea is ready" } });
  assert.equal(bars.get("message")?.title, "Irene to all");
  press("message");
  assert.deepEqual(sent, [["moderation", "dismiss", { id: "m1" }]]);
  assert.equal(bars.has("message"), false);
});

test("where nobody leads it is said, and who may step in is asked to", () => {
  const now = new Date().toISOString();
  listeners.get("leading")?.({ alone: true, may_step_in: true, names: [], alone_from: now, server_time: now } as unknown as Leading as never);
  assert.equal(bars.get("alone")?.text, "alone.you");
  press("alone");
  assert.deepEqual(sent, [["leading", "step_in"]]);
});

test("the hall's screen shows what all look at, until something else is chosen", () => {
  const states = (past: string): Partial<States> => ({ moderation: { look: look("l1", "note", "n1") } as Moderation, projector: { mode: "agenda", second: "", title: "", question: "", past_look: past } });
  assert.equal(modeOf(pointed(states(""))), "board");
  assert.equal(modeOf(pointed(states("l0"))), "board");
  assert.equal(pointed(states("l1")), null);
  assert.equal(modeOf(look("l2", "part", "decide")), "decide");
  assert.equal(modeOf(look("l2", "part", "chat")), null);
});

test("the passage or the idea is marked on it, also an idea within another, and nothing that is not there", () => {
  const hall = element("#hall");
  assert.equal(mark(hall, look("l1", "block", "b2")), true);
  assert.equal(element('#hall [data-id="b2"]').className, "is-looked-at");
  assert.equal(element('#hall [data-part="look"]').hidden, false);
  assert.equal(mark(hall, look("l2", "note", "n3")), true);
  assert.equal(element('#hall [data-id="b2"]').className, "");
  assert.equal(element('#hall [data-id="n1"]').className, "is-looked-at");
  assert.equal(mark(hall, look("l3", "block", "b9")), false);
  assert.equal(mark(hall, null), false);
  assert.equal(element('#hall [data-part="look"]').hidden, true);
  assert.equal(dom.window.document.querySelectorAll("#hall .is-looked-at").length, 0);
});

test("of many ideas the one that all look at is among those shown", () => {
  const notes = Array.from({ length: 20 }, (_, at) => ({ id: `n${at}`, merged: at === 3 ? [{ id: "m" }] : [] }));
  assert.deepEqual(around([notes], 4, null).map(({ id }) => id), ["n16", "n17", "n18", "n19"]);
  assert.ok(around([notes], 4, look("l", "note", "n0")).some(({ id }) => id === "n0"));
  assert.ok(around([notes], 4, look("l", "note", "m")).some(({ id }) => id === "n3"));
  assert.equal(around([notes], 4, look("l", "note", "n1")).length, 4);
});

test("every column has its ideas on the hall's screen, in the order of the board; counted dots come first", () => {
  const lanes = ["a", "b", "c"].map((lane, at) => Array.from({ length: 4 - at * 2 < 0 ? 0 : 4 - at * 2 }, (_, n) => ({ id: `${lane}${n}`, merged: [] })));
  assert.deepEqual(around(lanes, 4, null).map(({ id }) => id), ["a2", "a3", "b0", "b1"]);
  assert.deepEqual(around(lanes, 9, null).map(({ id }) => id), ["a0", "a1", "a2", "a3", "b0", "b1"]);
  assert.deepEqual(around(lanes, 3, null, new Map([["b0", 5], ["a0", 2]])).map(({ id }) => id), ["b0", "a0", "a1"]);
  assert.deepEqual(around([], 9, null), []);
});

test("an idea that would be cut at the bottom of the screen is left out, and comes back when there is room", () => {
  const bottoms = new Map<Element, number>();
  const items = [...Array(4).keys()].map((at) => {
    const item = dom.window.document.createElement("div");
    bottoms.set(item, (at + 1) * 10);
    item.getBoundingClientRect = () => ({ bottom: item.classList.contains("is-beyond") ? 0 : (bottoms.get(item) ?? 0) }) as DOMRect;
    return item;
  });
  const out = (): string => items.map((item) => (item.classList.contains("is-beyond") ? "-" : "+")).join("");
  leaveOut(items, [...items].reverse(), () => 25);
  assert.equal(out(), "++--");
  leaveOut(items, [...items].reverse(), () => 40);
  assert.equal(out(), "++++");
  leaveOut(items, items.slice(0, 1), () => 5);
  assert.equal(out(), "-+++");
});
