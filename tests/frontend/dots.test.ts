import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Poll, Polls } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import { BoardDots, dotted, onBoard, totals } from "../../frontend_templates/ts/polls/dots";
import type { Room } from "../../frontend_templates/ts/room/context";
import { page } from "./page";

const many = (key: string, words: string): string => [1, 2, 5, 20].map((sample) => `<template data-string="${key}" data-sample="${sample}">{n} ${words}</template>`).join("");
const note = (id: string): string => `<li data-note="${id}" tabindex="0"><p>${id}</p></li>`;

let dom = page("");
let said: string[] = [];
let sent: unknown[][] = [];
let polls: Polls = { used: true, polls: [] };

beforeEach(() => {
  dom = page(`<div id="room"><div data-part="board-dots" hidden><b data-part="board-dots-question"></b><div data-part="board-dots-who" hidden><select data-part="for"></select></div><span data-part="board-dots-left"></span><span data-part="board-dots-how" hidden></span></div><ul data-part="board">${note("shade")}${note("seats")}${note("other")}</ul></div>
    <template data-template="note-dots"><div data-part="note-dots"><button type="button" data-dot="-1" data-if="gives">-</button><b data-part="dot-count"></b><button type="button" data-dot="1" data-if="gives" aria-label="Give a dot: {text}">+</button></div></template>
    <template data-string="vote.own">My own</template><template data-string="vote.done-for">{name} (has voted)</template><template data-string="dots.result">Counted</template><template data-string="dots.last">Last</template>${many("vote.dots", "dots")}${many("vote.left", "left")}`);
  [said, sent] = [[], []];
});

function vote(fields: Partial<Poll> = {}): Poll {
  const options = [{ id: "o1", text: "Shade", mine: 1, note: "shade" }, { id: "o2", text: "Seats", mine: 0, note: "seats" }];
  return { id: "p1", kind: "dots", state: "open", question: "What first?", budget: 3, may: true, mine: null, options, result: null, ...fields } as unknown as Poll;
}

const closed = (): Poll => vote({ state: "closed", may: false, result: { hidden: false, rows: [{ id: "o2", count: 7 }, { id: "o1", count: 2 }] } as unknown as Poll["result"] });

function started(...shown: Poll[]): BoardDots {
  polls = { used: true, polls: shown };
  const root = dom.window.document.getElementById("room");
  assert.ok(root);
  const orders = {
    send: (...order: unknown[]): Promise<void> => {
      sent.push(order);
      return Promise.resolve();
    },
  };
  const dots = new BoardDots({ root, words: new Words(dom.window.document, "en"), say: { me: (text: string) => said.push(text), now: (text: string) => said.push(text) }, orders, state: () => polls } as unknown as Room);
  dots.show(shown);
  return dots;
}

const all = (selector: string): HTMLElement[] => [...dom.window.document.querySelectorAll<HTMLElement>(selector)];
const counts = (): string[] => all('[data-part="dot-count"]').map((each) => each.textContent);
const left = (): string => all('[data-part="board-dots-left"]')[0]?.textContent ?? "";
const sending = (): Promise<void> => new Promise((done) => setTimeout(done, 600));

test("the board shows the dot vote on its ideas that is open, else the one that closed last, and never one with too few votes", () => {
  const words = vote({ id: "p2", options: [{ id: "o1", text: "Words", mine: 0 }] });
  assert.equal(onBoard([words]), null);
  assert.equal(onBoard([words, closed(), vote()])?.state, "open");
  assert.equal(onBoard([closed()])?.state, "closed");
  assert.equal(onBoard([vote({ state: "closed", result: { hidden: true, rows: [] } as unknown as Poll["result"] })]), null);
  assert.deepEqual([...totals(closed())], [["seats", 7], ["shade", 2]]);
});

test("no more dots are given than there are, and none is taken that was not given", () => {
  const given = new Map([["o1", 2]]);
  assert.equal(dotted(given, "o2", 1, 2), given);
  assert.equal(dotted(given, "o2", -1, 5), given);
  assert.deepEqual([...dotted(given, "o1", -1, 2)], [["o1", 1]]);
});

test("dots are given by button, several presses go as one vote, and what is left is said", async () => {
  started(vote());
  assert.deepEqual(counts(), ["1 dots", "0 dots"]);
  assert.equal(left(), "2 left");
  const more = all('[data-note="seats"] [data-dot="1"]')[0];
  more?.focus();
  more?.click();
  more?.click();
  more?.click();
  assert.deepEqual(counts(), ["1 dots", "2 dots"]);
  assert.equal(left(), "0 left");
  assert.equal(said.at(-1), "0 left");
  assert.equal(dom.window.document.activeElement, more);
  await sending();
  assert.deepEqual(sent, [["polls", "vote", { poll: "p1", value: { o1: 1, o2: 2 } }]]);
});

test("on the idea itself the keys plus and minus do the same, also after its element was drawn anew", async () => {
  started(vote());
  const old = all('[data-note="shade"]')[0];
  const fresh = old?.cloneNode(true) as HTMLElement;
  fresh.querySelector('[data-part="note-dots"]')?.remove();
  old?.replaceWith(fresh);
  await new Promise((done) => setTimeout(done));
  const idea = all('[data-note="shade"]')[0];
  idea?.dispatchEvent(new dom.window.KeyboardEvent("keydown", { key: "+", bubbles: true }));
  assert.deepEqual(counts(), ["2 dots", "0 dots"]);
  for (let time = 0; time < 2; time += 1) idea?.dispatchEvent(new dom.window.KeyboardEvent("keydown", { key: "-", bubbles: true }));
  assert.equal(left(), "Last");
  await sending();
  assert.deepEqual(sent, []);
});

test("while a vote is on its way, what the server says of others does not put my dots back", async () => {
  const dots = started(vote());
  all('[data-note="seats"] [data-dot="1"]')[0]?.click();
  dots.show([vote()]);
  assert.deepEqual(counts(), ["1 dots", "1 dots"]);
  await sending();
  assert.deepEqual(counts(), ["1 dots", "0 dots"]);
});

test("who looks on gives none, and when it is closed all see how many there are", () => {
  const dots = started(vote({ may: false }));
  assert.deepEqual(counts(), []);
  dots.show([closed()]);
  assert.deepEqual(counts(), ["2 dots", "7 dots"]);
  assert.equal(all("[data-dot]").length, 0);
  assert.equal(left(), "Counted");
  dots.show([]);
  assert.deepEqual(counts(), []);
  assert.equal(all('[data-part="board-dots"]')[0]?.hidden, true);
});

test("who leads gives the dots of people without a device on the ideas, and nobody's dots become another's", async () => {
  const helped = [{ id: "pina", name: "Pina", voted: false }, { id: "ugo", name: "Ugo", voted: true }];
  const dots = started(vote({ assisted: helped }));
  const [select] = all('[data-part="for"]') as HTMLSelectElement[];
  assert.ok(select);
  assert.equal(all('[data-part="board-dots-who"]')[0]?.hidden, false);
  assert.deepEqual([...select.options].map((each) => each.text), ["My own", "Pina", "Ugo (has voted)"]);
  const choose = (id: string): void => {
    select.value = id;
    select.dispatchEvent(new dom.window.Event("change"));
  };
  choose("pina");
  assert.deepEqual(counts(), ["0 dots", "0 dots"]);
  all('[data-dot="1"]')[1]?.click();
  choose("ugo"); // before the dots of Pina were sent
  assert.deepEqual(sent, [["polls", "vote", { poll: "p1", value: { o2: 1 }, for: "pina" }]]);
  assert.deepEqual(counts(), ["0 dots", "0 dots"]);
  all('[data-dot="1"]')[0]?.click();
  dots.show([vote({ assisted: helped })]); // news from others takes nothing back
  assert.deepEqual(counts(), ["1 dots", "0 dots"]);
  await sending();
  assert.deepEqual(sent[1], ["polls", "vote", { poll: "p1", value: { o1: 1 }, for: "ugo" }]);
  choose("");
  assert.deepEqual(counts(), ["1 dots", "0 dots"]);
});

test("dots given for somebody who is not here any more become nobody else's", async () => {
  const helped = [{ id: "pina", name: "Pina", voted: false }];
  const dots = started(vote({ assisted: helped }));
  const [select] = all('[data-part="for"]') as HTMLSelectElement[];
  assert.ok(select);
  select.value = "pina";
  select.dispatchEvent(new dom.window.Event("change"));
  all('[data-dot="1"]')[1]?.click();
  dots.show([vote({ assisted: [] })]);
  assert.deepEqual(counts(), ["1 dots", "0 dots"]);
  await sending();
  assert.deepEqual(sent, []);
});

test("who takes part is not asked whose dots these are", () => {
  started(vote());
  assert.equal(all('[data-part="board-dots-who"]')[0]?.hidden, true);
});
