import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { start as checks } from "../../frontend_templates/ts/consent/main";
import type { Assisted, Check, Poll, States } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import { start as votes } from "../../frontend_templates/ts/polls/main";
import type { Room } from "../../frontend_templates/ts/room/context";
import { one, page } from "./page";

const strings = { "check.send": "Send", "check.change": "Change", "check.send-for": "Send this", "vote.send": "Vote", "vote.change": "Change", "vote.send-for": "Send this", "vote.own": "My own", "vote.done-for": "{name} (done)", "check.done-for": "{name} (done)" };
const answers = '<input type="radio" name="answer" value="agree"><input type="radio" name="answer" value="concern"><textarea name="text" id="check-{id}-text" data-part="concern-words"></textarea><input type="checkbox" name="named">';
const checkForm = `<form data-part="answer-form" action="/answer/" data-do="answer"><input type="hidden" name="check" value="{id}"><select name="for" data-part="for" data-if="assists"></select>${answers}<button data-part="send"></button><p data-part="mine"></p></form>`;

let dom = page("");
let states: Partial<States> = {};
const listeners = new Map<string, (state: unknown) => void>();

function open(drawn = ""): void {
  dom = page(`<div id="room"><div data-part="checks">${drawn}</div><div data-part="polls"></div><ul data-part="board"></ul></div>
    <template data-template="check"><article id="check-{id}">${checkForm.replace("<form", '<form data-if="form"')}<section data-part="concerns-box"><ul data-part="concerns"></ul></section></article></template>
    <template data-template="poll"><article id="poll-{id}"><form data-if="form" data-part="vote-form" action="/vote/" data-do="vote"><select name="for" data-part="for"></select><div data-part="options"></div><button data-part="send"></button></form></article></template>
    <template data-template="poll-radio"><label><input type="radio" name="choice" value="{key}">{text}</label></template>
    <template data-template="poll-check"><label><input type="checkbox" name="pick-{key}">{text}</label></template>
    <template data-template="poll-dots"><div><input type="number" name="dots-{key}" value=""></div></template>
    <template data-template="poll-place"><div data-option="{key}"><select name="place-{key}"><option value=""></option></select><button type="button" data-rank="up">Up {text}</button></div></template>
    ${Object.entries(strings).map(([key, words]) => `<template data-string="${key}">${words}</template>`).join("")}`);
  states = {};
  listeners.clear();
}

beforeEach(() => open());

function begin(tool: (room: Room) => void): void {
  tool({
    root: dom.window.document.getElementById("room"),
    words: new Words(dom.window.document, "en"),
    language: "en",
    can: () => true,
    say: { me: () => undefined, now: () => undefined },
    state: (name: keyof States) => states[name],
    on: (name: string, listener: (state: unknown) => void) => listeners.set(name, listener),
  } as unknown as Room);
}

const turnout = { present: 3, answered: 0, agreed: null, concerns: null, blocks: null, waiting: 3, assisted: 0 };

function tell(more: Partial<Check> = {}): void {
  const check = { id: "c1", number: 1, question: "Can you live with it?", language: "en", version: { number: 1, title: "First" }, whole: true, passage: "Six benches", sha256: "", state: "open", outcome: "", quorum: 0, closed_at: null, may: true, mine: null, words: "", named: false, concerns: [], assisted: [], turnout, ...more };
  states.consent = { used: true, checks: [check as Check] };
  listeners.get("consent")?.(states.consent);
}

function ask(kind: Poll["kind"], mine: readonly number[], more: Partial<Poll> = {}): void {
  const options = ["Trees", "Sails"].map((text, at) => ({ id: text.toLowerCase(), text, mine: mine[at] ?? 0 }));
  const poll = { id: "p1", number: 1, kind, question: "What first?", language: "en", options, state: "open", budget: 3, most: 0, anonymous: true, live: false, eligible: "taking_part", quorum: 0, turnout: { eligible: 3, voted: 0, assisted: 0 }, result: null, may: true, mine: mine.some(Boolean) ? mine : null, assisted: [], ...more };
  states.polls = { used: true, polls: [poll as unknown as Poll] };
  listeners.get("polls")?.(states.polls);
}

const people = (...done: string[]): Assisted[] => ["Pina", "Tito"].map((name) => ({ id: name.toLowerCase(), name, voted: done.includes(name) }));

const words = (): HTMLTextAreaElement => one<HTMLTextAreaElement>("textarea");
const concern = (): HTMLInputElement => one("[value=concern]");
const whom = (): HTMLSelectElement => one<HTMLSelectElement>("select[name=for]");
const choose = (id: string): void => {
  whom().value = id;
  whom().dispatchEvent(new dom.window.Event("change", { bubbles: true }));
};
const write = (said: string): void => {
  concern().checked = true;
  words().value = said;
};
const press = (): void => void one<HTMLFormElement>("form").dispatchEvent(new dom.window.Event("submit", { bubbles: true, cancelable: true }));
const done = (): void => void one<HTMLFormElement>("form").dispatchEvent(new dom.window.CustomEvent("copact:done", { bubbles: true }));

test("what is half entered for one person stays while another facilitator enters for somebody else, and for the same person too", () => {
  begin(checks);
  tell({ assisted: people() });
  choose("pina");
  write("The ramp is too steep for my chair.");
  for (const answered of [["Tito"], ["Tito", "Pina"]]) {
    tell({ assisted: people(...answered) });
    assert.deepEqual([whom().value, concern().checked, words().value], ["pina", true, "The ramp is too steep for my chair."]);
  }
  assert.deepEqual([...whom().options].map((option) => option.text), ["My own", "Pina (done)", "Tito (done)"]);
});

test("who rewords their own concern keeps their words when it is resolved meanwhile, and when the server repeats the old ones", () => {
  begin(checks);
  tell({ mine: "concern", words: "Too steep." });
  words().value = "Too steep, and no handrail.";
  tell({ mine: "concern", words: "" });
  tell({ mine: "concern", words: "Too steep." });
  assert.equal(words().value, "Too steep, and no handrail.");
});

test("a form that nobody touches follows the server, also what was sent from another device", () => {
  begin(checks);
  tell();
  tell({ mine: "concern", words: "From my other phone.", named: true });
  assert.deepEqual([concern().checked, words().value, one("[name=named]").checked], [true, "From my other phone.", true]);
  tell({ mine: "agree" });
  assert.deepEqual([concern().checked, words().value], [false, ""]);
});

test("for somebody else the form is empty again once their answer went through, and not before", () => {
  begin(checks);
  tell({ assisted: people() });
  choose("pina");
  write("Too steep.");
  press();
  tell({ assisted: people("Pina") });
  assert.equal(words().value, "Too steep.");
  done();
  assert.deepEqual([concern().checked, words().value, whom().value], [false, "", "pina"]);
});

test("one's own answer that went through follows the server again, and what was written since then does not go", () => {
  begin(checks);
  tell();
  write("Too steep.");
  press();
  words().value = "Too steep. And dark.";
  done();
  tell({ mine: "concern", words: "Too steep." });
  assert.equal(words().value, "Too steep. And dark.");
  press();
  done();
  tell({ mine: "concern", words: "Too steep. And dark." });
  tell({ mine: "agree" });
  assert.equal(words().value, "");
});

test("an answer whose own answer was lost with the line is known by what the server holds", () => {
  begin(checks);
  tell();
  write("Too steep.");
  press();
  tell({ mine: "concern", words: "Too steep." });
  tell({ mine: "agree" });
  assert.deepEqual([concern().checked, words().value], [false, ""]);
});

test("nobody's words become another's: they wait until it is that person's turn again", () => {
  begin(checks);
  tell({ assisted: people() });
  write("My own worry");
  choose("pina");
  assert.deepEqual([concern().checked, words().value], [false, ""]);
  words().value = "Pina's worry";
  choose("tito");
  assert.equal(words().value, "");
  choose("pina");
  assert.equal(words().value, "Pina's worry");
  choose("");
  assert.deepEqual([concern().checked, words().value], [true, "My own worry"]);
});

test("whose answer was sent has nothing waiting, also when it is another's turn by then", () => {
  begin(checks);
  tell({ assisted: people() });
  choose("pina");
  write("Pina's worry");
  press();
  choose("tito");
  words().value = "Tito's worry";
  done();
  assert.equal(words().value, "Tito's worry");
  choose("pina");
  assert.deepEqual([concern().checked, words().value], [false, ""]);
});

test("the words of somebody who is not here any more are not one's own", () => {
  begin(checks);
  tell({ assisted: people() });
  choose("pina");
  write("Pina's worry");
  tell({ assisted: people().slice(1) });
  assert.deepEqual([whom().value, concern().checked, words().value], ["", false, ""]);
});

test("a card that is drawn anew keeps what is half filled, and who it is for", () => {
  begin(checks);
  tell();
  const before = one("article");
  write("Too steep.");
  tell({ assisted: people() });
  assert.notEqual(one("article"), before);
  assert.deepEqual([concern().checked, words().value], [true, "Too steep."]);
  choose("tito");
  write("Too dark.");
  press();
  tell({ assisted: people(), question: "Can you live with this?" });
  assert.deepEqual([whom().value, concern().checked, words().value], ["tito", true, "Too dark."]);
  done();
  assert.equal(words().value, "");
  choose("");
  assert.equal(words().value, "Too steep.");
});

test("who began in the page's own form, before its script was there, goes on", () => {
  open(`<article id="check-c1">${checkForm.replaceAll("{id}", "c1").replace('value="agree"', 'value="agree" checked')}</article>`);
  write("I was quicker than the script.");
  words().focus();
  words().setSelectionRange(2, 2);
  begin(checks);
  tell({ mine: "agree", assisted: people() });
  assert.deepEqual([concern().checked, words().value], [true, "I was quicker than the script."]);
  assert.equal(dom.window.document.activeElement, words());
  assert.equal(words().selectionStart, 2);
});

test("the page's own form, where nobody touched it, gives way to the server's newest word", () => {
  open(`<article id="check-c1">${checkForm.replaceAll("{id}", "c1").replace('value="agree"', 'value="agree" checked')}</article>`);
  begin(checks);
  tell({ mine: "concern", words: "Since the page was made." });
  assert.deepEqual([concern().checked, words().value], [true, "Since the page was made."]);
});

test("a vote that is half filled for somebody stays while others vote, whatever kind it is", () => {
  begin(votes);
  const filled: Record<string, () => boolean> = {
    single: () => (one("[value=sails]").checked = true),
    multiple: () => (one("[name=pick-sails]").checked = true),
    dots: () => Boolean((one("[name=dots-sails]").value = "2")),
  };
  for (const [kind, fill] of Object.entries(filled)) {
    ask(kind as Poll["kind"], [1], { assisted: people() });
    choose("pina");
    fill();
    const says = (): unknown[] => [...dom.window.document.querySelectorAll<HTMLInputElement>("[data-part=options] input")].map((each) => (each.type === "number" ? each.value : each.checked));
    const before = says();
    ask(kind as Poll["kind"], [1], { assisted: people("Tito") });
    assert.deepEqual([whom().value, says()], ["pina", before], kind);
    press();
    done();
    assert.ok(says().every((each) => each === "" || each === false), kind);
    ask(kind as Poll["kind"], [1], { id: `after ${kind}` });
  }
});

test("an order that somebody is making stays, and one that was sent comes back as it counts", () => {
  begin(votes);
  ask("ranking", [1, 2]);
  const order = (): (string | undefined)[] => [...dom.window.document.querySelectorAll<HTMLElement>("[data-option]")].map((row) => row.dataset["option"]);
  assert.deepEqual(order(), ["trees", "sails"]);
  dom.window.document.querySelectorAll<HTMLButtonElement>("[data-rank=up]")[1]?.click();
  assert.deepEqual(order(), ["sails", "trees"]);
  ask("ranking", [1, 2], { turnout: { eligible: 3, voted: 2, assisted: 0 } });
  assert.deepEqual(order(), ["sails", "trees"]);
  ask("ranking", [2, 1]);
  ask("ranking", [1, 2]);
  assert.deepEqual(order(), ["trees", "sails"]);
});
