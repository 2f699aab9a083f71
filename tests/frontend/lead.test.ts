import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { list } from "../../frontend_templates/ts/live/dom";
import { Refusal } from "../../frontend_templates/ts/live/orders";
import type { States } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import { keepForms } from "../../frontend_templates/ts/page/keep";
import type { Room } from "../../frontend_templates/ts/room/context";
import { Lead } from "../../frontend_templates/ts/room/lead";
import { options } from "../../frontend_templates/ts/room/options";
import { PeopleView } from "../../frontend_templates/ts/room/people";
import { one, page } from "./page";

interface Sent {
  readonly order: readonly unknown[];
  readonly done: () => Promise<void>;
  readonly failed: (code?: string, detail?: string) => Promise<void>;
}

let dom = page("");
let sent: Sent[] = [];
let hopes: boolean[] = [];
let said: string[] = [];
let states: Partial<States> = {};
let saving: Set<() => void>;
const provider = { unsaved: false };
const listeners = new Map<string, ((state: unknown) => void)[]>();

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  dom = page(`<div id="room">
    <section class="tool" id="chat"><form id="helped" data-tool="chat" data-do="post"><select name="for"></select><textarea name="text"></textarea><input type="checkbox" name="question"><button>Send</button></form></section>
    <section id="talk"><button data-tool="speaking" data-do="raise" id="raise">Raise</button><button data-tool="agenda" data-do="next" id="next">Next</button></section>
    <section id="board"><ul id="rows"></ul></section>
    <form id="freeze" data-switch="frozen" data-on="freeze" data-off="unfreeze"><button role="switch" aria-checked="false">Freeze</button><div data-part="why"><input name="reason" value="A break."><div data-part="why-buttons"><button data-part="why-go">Freeze</button></div></div></form>
    <form id="keep" data-needs-saved><input name="title"></form>
    <section id="people"><button data-part="remove" value="noor">Remove</button><button data-part="remove" value="luca">Remove</button></section>
    <dialog data-part="remove-dialog"><form data-tool="moderation" data-do="remove"><h2 data-part="remove-title"></h2><input type="hidden" name="id"><input name="reason"><button>Remove</button><button type="button" data-part="remove-cancel">Not</button></form></dialog></div>
    <template data-template="row"><li data-row="{id}"><form action="/say/" data-tool="passages" data-do="reply"><input type="hidden" name="id" value="{id}"><b>{name}</b><textarea name="text" id="reply-{id}"></textarea><button>Say</button></form><button data-tool="door" data-do="admit" name="id" value="{id}">Admit</button></li></template>
    ${["order.failed", "order.offline", "order.gone", "version.wait", "people.remove"].map((key) => `<template data-string="${key}">${key}</template>`).join("")}`);
  const dialog = dom.window.HTMLDialogElement.prototype;
  dialog.showModal = function (this: HTMLDialogElement): void {
    this.open = true;
  };
  dialog.close = function (this: HTMLDialogElement): void {
    this.open = false;
  };
  [sent, hopes, said, states, saving] = [[], [], [], {}, new Set()];
  provider.unsaved = false;
  listeners.clear();
  new Lead(room(), (up) => hopes.push(up));
});

function room(): Room {
  return {
    root: one("#room"),
    words: new Words(dom.window.document, "en"),
    say: { me: (text: string) => said.push(text), now: (text: string) => said.push(text) },
    orders: {
      send: (...order: unknown[]) =>
        new Promise<void>((resolve, reject) => {
          const after = (act: () => void) => () => {
            act();
            return settled();
          };
          sent.push({ order, done: after(resolve), failed: (code = "late", detail = "") => after(() => reject(new Refusal({ code, detail })))() });
        }),
    },
    provider: {
      get unsaved() {
        return provider.unsaved;
      },
      on: (_name: string, listener: () => void) => {
        saving.add(listener);
        return () => saving.delete(listener);
      },
    },
    me: { id: "irene", name: "Irene", role: "facilitator" },
    awareness: { on: () => undefined },
    can: () => true,
    state: (name: keyof States) => states[name],
    on: (name: string, listener: (state: unknown) => void) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
  } as unknown as Room;
}

function tell(name: keyof States, state: unknown): void {
  Object.assign(states, { [name]: state });
  for (const listener of listeners.get(name) ?? []) listener(state);
}

const submit = (selector: string): void => void one(selector).dispatchEvent(new dom.window.Event("submit", { bubbles: true, cancelable: true }));
const problem = (within: string): string | undefined => one(within).querySelector(".order-problem")?.textContent;
const text = (): HTMLTextAreaElement => one<HTMLTextAreaElement>("#helped textarea");
const rows = (...names: string[]): void => list(one("#rows"), names, () => "a", (name) => ({ id: "a", name }), "row");

test("who writes line after line keeps what they wrote behind a line that was on its way", async () => {
  one("#helped").dataset["flow"] = "";
  text().value = "Hello everyone.";
  submit("#helped");
  text().focus();
  text().value = "Hello everyone. We begin";
  text().setSelectionRange(18, 18);
  await sent[0]?.done();
  assert.equal(text().value, "We begin");
  assert.equal(text().selectionStart, 2);
});

test("what was changed while it was on its way stays as it was changed", async () => {
  text().value = "Anna";
  submit("#helped");
  text().focus();
  text().value = "Anna Maria";
  await sent[0]?.done();
  assert.equal(text().value, "Anna Maria");
});

test("a form that nobody touched since is empty again; one where somebody else was chosen since keeps that choice", async () => {
  const select = one<HTMLSelectElement>("#helped select");
  options(select, [{ id: "pina", name: "Pina" }, { id: "tito", name: "Tito" }]);
  const tick = one("#helped [name=question]");
  [text().value, tick.checked] = ["Is there shade?", true];
  submit("#helped");
  await sent[0]?.done();
  assert.deepEqual([text().value, tick.checked], ["", false]);
  text().value = "Are there benches?";
  submit("#helped");
  select.value = "tito";
  await sent[1]?.done();
  assert.deepEqual([text().value, select.value], ["", "tito"]);
});

test("what was refused or got lost stays in the form", async () => {
  text().value = "Hello";
  submit("#helped");
  await sent[0]?.failed("too_fast", "Wait a moment.");
  assert.deepEqual([text().value, problem("#helped")], ["Hello", "Wait a moment."]);
});

test("an answer that comes after the row was drawn anew empties the row that is there now", async () => {
  rows("Ada");
  one<HTMLTextAreaElement>("#reply-a").value = "I agree.";
  submit("#rows form");
  rows("Ada Lovelace");
  assert.equal(one<HTMLTextAreaElement>("#reply-a").value, "I agree.");
  await sent[0]?.done();
  assert.equal(one<HTMLTextAreaElement>("#reply-a").value, "");
});

test("what went wrong is said where one still looks, when what was pressed was drawn anew or is gone", async () => {
  rows("Ada");
  one("#rows [data-do=admit]").click();
  rows();
  await sent[0]?.failed();
  assert.equal(problem("#board"), "order.failed");
  rows("Ada");
  one("#rows [data-do=admit]").click();
  await sent[1]?.done();
  assert.equal(problem("#board"), undefined);
});

test("the same press again, while the first has no answer, is one press; the next one counts", async () => {
  one("#next").click();
  one("#next").click();
  assert.equal(sent.length, 1);
  await sent[0]?.done();
  one("#next").click();
  assert.equal(sent.length, 2);
  await sent[1]?.failed();
  one("#next").click();
  assert.equal(sent.length, 3);
});

test("a hand that the server did not take goes down again on the screen", async () => {
  one("#raise").click();
  assert.deepEqual(hopes, [true]);
  await sent[0]?.failed("frozen", "The room is frozen.");
  assert.deepEqual(hopes, [true, false]);
  one("#raise").click();
  await sent[1]?.failed("raised");
  assert.deepEqual(hopes, [true, false, true], "it was up already");
});

test("nothing is sent for somebody else in the place of who was chosen and has gone", () => {
  const select = one<HTMLSelectElement>("#helped select");
  options(select, [{ id: "pina", name: "Pina" }, { id: "tito", name: "Tito" }]);
  select.value = "tito";
  text().value = "Tito's words";
  options(select, [{ id: "pina", name: "Pina" }]);
  submit("#helped");
  assert.equal(sent.length, 0);
  assert.deepEqual([problem("#helped"), text().value], ["order.gone", "Tito's words"]);
  assert.equal(dom.window.document.activeElement, select);
  select.value = "pina";
  submit("#helped");
  assert.equal((sent[0]?.order[2] as Record<string, unknown>)["for"], "pina");
});

const moderation = (frozen: boolean): void => tell("moderation", { frozen, shown: "" });

test("who is saying why they freeze the room does not open it again, where somebody else froze it meanwhile", () => {
  moderation(false);
  submit("#freeze");
  const why = one("#freeze [data-part=why]");
  const reason = one("#freeze [name=reason]");
  assert.equal(why.hidden, false);
  reason.value = "The microphone is";
  reason.focus();
  moderation(true);
  assert.deepEqual([why.hidden, reason.value, sent.length], [true, "The microphone is", 0]);
  assert.equal(dom.window.document.activeElement, one("#freeze [role=switch]"));
});

test("a switch that went through does not take the focus from who writes elsewhere by then", async () => {
  moderation(false);
  submit("#freeze");
  submit("#freeze");
  const [first] = sent;
  assert.ok(first);
  assert.deepEqual([...first.order], ["moderation", "freeze", { reason: "A break." }]);
  moderation(true);
  text().focus();
  await first.done();
  assert.equal(dom.window.document.activeElement, text());
});

test("a version that waits for the last words is kept once, however often the button was pressed", () => {
  let times = 0;
  one<HTMLFormElement>("#keep").requestSubmit = () => void (times += 1);
  provider.unsaved = true;
  for (let time = 0; time < 3; time += 1) submit("#keep");
  for (const listener of [...saving]) listener();
  assert.equal(times, 0);
  provider.unsaved = false;
  for (const listener of [...saving]) listener();
  assert.deepEqual([times, saving.size], [1, 0]);
});

const removing = (who: string): void => {
  one(`[data-part=remove][value=${who}]`).click();
};

test("the window to remove somebody stays until they are gone, and says what went wrong beside the reason", async () => {
  new PeopleView(room());
  states.door = { people: ["noor", "luca"].map((id) => ({ id, name: id })), waiting: [], counts: { hall: 0, online: 0 } } as unknown as States["door"];
  const dialog = one<HTMLDialogElement>("dialog");
  const reason = one("dialog [name=reason]");
  removing("noor");
  reason.value = "Shouted at others.";
  submit("dialog form");
  assert.equal(dialog.open, true);
  await sent[0]?.failed("offline");
  assert.deepEqual([dialog.open, reason.value, problem("dialog")], [true, "Shouted at others.", "order.offline"]);
  submit("dialog form");
  await sent[1]?.done();
  assert.deepEqual([dialog.open, reason.value], [false, ""]);
  removing("noor");
  reason.value = "Shouted at others.";
  one("[data-part=remove-cancel]").click();
  removing("luca");
  assert.deepEqual([reason.value, problem("dialog")], ["", undefined]);
});

test("what went wrong after the window was closed is said aloud", async () => {
  new PeopleView(room());
  states.door = { people: [{ id: "noor", name: "Noor" }], waiting: [], counts: { hall: 0, online: 0 } } as unknown as States["door"];
  removing("noor");
  submit("dialog form");
  one("[data-part=remove-cancel]").click();
  await sent[0]?.failed();
  assert.deepEqual(said, ["order.failed"]);
});

test("a form that was sent by the line and did not arrive is offered again by the page that comes next", async () => {
  const storage = dom.window.localStorage;
  const form = one<HTMLFormElement>("#helped");
  form.dataset["keep"] = "poll";
  text().value = "A long question";
  keepForms(dom.window.document, storage);
  submit("#helped");
  assert.match(storage.getItem("copact:keep:poll") ?? "", /"sent":true/);
  await sent[0]?.failed("offline");
  assert.match(storage.getItem("copact:keep:poll") ?? "", /"sent":false.*A long question/);
});
