import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Captions, Door, Fair, States } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import { start as captions } from "../../frontend_templates/ts/captions/main";
import type { Room } from "../../frontend_templates/ts/room/context";
import { start as desk } from "../../frontend_templates/ts/room/desk";
import { counted } from "../../frontend_templates/ts/room/people";
import { page } from "./page";

const many = (key: string, words: string): string => [1, 2, 5, 20].map((sample) => `<template data-string="${key}" data-sample="${sample}">{n} ${words}</template>`).join("");

let dom = page("");
let said: string[] = [];
const states: Partial<States> = {};
const listeners = new Map<string, (state: unknown) => void>();

beforeEach(() => {
  dom = page(`<div id="room"><section data-part="captions" hidden><details data-part="captions-open"><summary></summary></details><div data-part="captions-lines"></div>
    <span data-part="captions-writer"></span><span data-part="captions-keeps" hidden></span><span data-part="captions-goes"></span><form data-part="captions-write" hidden></form></section>
    <select data-assisted></select><p data-part="for-whom" hidden><select data-assisted><option value="">My own</option></select></p><select data-devices><option value="">-</option></select><form data-part="helped" hidden></form><form data-part="linking" hidden></form><div data-part="fair"></div></div>
    <template data-string="captions.writer">{name} writes</template><template data-string="captions.yours">Yours</template>
    <template data-string="fair.speaking">Speaking</template><template data-string="fair.writing">Writing</template><template data-string="fair.few">Too few</template>
    <template data-string="fair.not-spoken">{n} of {total} not</template><template data-string="fair.most-spoken">{of} have {percent} %</template>
    ${many("people.hall", "hall")}${many("people.online", "online")}${many("people.phone", "phone")}${many("people.assisted", "assisted")}${many("people.watching", "watching")}${many("fair.new", "new")}`);
  said = [];
  listeners.clear();
  for (const name of Object.keys(states)) Reflect.deleteProperty(states, name);
});

function room(): Room {
  const root = dom.window.document.getElementById("room");
  assert.ok(root);
  const words = new Words(dom.window.document, "en");
  return {
    root,
    words,
    say: { me: (text: string) => said.push(text) },
    state: (name: keyof States) => states[name],
    on: (name: string, listener: (state: unknown) => void) => listeners.set(name, listener),
  } as unknown as Room;
}

const part = (name: string): HTMLElement => {
  const found = dom.window.document.querySelector<HTMLElement>(`[data-part="${name}"]`);
  assert.ok(found);
  return found;
};

const lines = (...each: [number, string][]): Captions => ({ used: true, on: true, keeps: false, mine: false, writer: "Amal", lines: each.map(([id, text]) => ({ id, text })) });

test("the last lines stand in their order, and an old one keeps its element", () => {
  captions(room());
  listeners.get("captions")?.(lines([1, "One"], [2, "Two"]));
  const second = part("captions-lines").children[1];
  listeners.get("captions")?.(lines([2, "Two"], [3, "Three"]));
  assert.deepEqual([...part("captions-lines").children].map((line) => line.textContent), ["Two", "Three"]);
  assert.equal(part("captions-lines").children[0], second);
  assert.equal(part("captions").hidden, false);
  assert.equal(part("captions-writer").textContent, "Amal writes");
});

test("whoever opened the captions, and so brought their script, finds them open", () => {
  const details = part("captions-open") as HTMLDetailsElement;
  details.open = true;
  captions(room());
  assert.equal(details.open, true);
});

test("whoever reads an earlier line is not taken to the newest one; who reads along is", () => {
  const holder = part("captions-lines");
  Object.defineProperties(holder, { scrollHeight: { value: 500 }, clientHeight: { value: 100 } });
  captions(room());
  for (const [at, then] of [[390, 500], [120, 120]] as const) {
    holder.scrollTop = at;
    listeners.get("captions")?.(lines([at, "One more"]));
    assert.equal(holder.scrollTop, then);
  }
});

test("who was named is told once and gets the line to write in", () => {
  captions(room());
  for (let time = 0; time < 2; time += 1) listeners.get("captions")?.({ ...lines(), mine: true });
  assert.deepEqual(said, ["Yours"]);
  assert.equal(part("captions-write").hidden, false);
});

test("the select of a person keeps its choice while others come", () => {
  const person = (id: string, kind: string): Door["people"][number] => ({ id, name: id, role: "participant", kind, online: true, colour: 1 });
  desk(room());
  const door = (...people: Door["people"][number][]): void => {
    states.door = { people, waiting: [], counts: { hall: 0, online: 0 } };
    listeners.get("door")?.(states.door);
  };
  door(person("pina", "assisted"), person("beppe", "assisted"), person("amal", "guest"));
  const select = dom.window.document.querySelector<HTMLSelectElement>("select[data-assisted]");
  assert.ok(select);
  select.value = "beppe";
  door(person("pina", "assisted"), person("beppe", "assisted"), person("ada", "assisted"), person("amal", "guest"));
  assert.equal(select.value, "beppe");
  assert.deepEqual([...select.options].map((option) => option.value), ["pina", "beppe", "ada"]);
  assert.equal(dom.window.document.querySelectorAll("select[data-devices] option").length, 2);
  door(person("pina", "assisted"), { ...person("beppe", "assisted"), left: true }, person("ada", "assisted"), person("amal", "guest"));
  assert.deepEqual([...select.options].map((option) => option.value), ["pina", "ada"]);
  door(person("pina", "assisted"), person("beppe", "assisted"), person("ada", "assisted"), person("amal", "guest"));
  assert.equal(part("helped").hidden, false);
  const whose = part("for-whom").querySelector("select");
  assert.deepEqual([...(whose?.options ?? [])].map((option) => option.value), ["", "pina", "beppe", "ada"]);
  assert.equal(part("for-whom").hidden, false);
});

const steps = (...titles: string[]): States["agenda"] => ({ steps: titles.map((title, at) => ({ id: `s${at}`, title, minutes: 10, state: "next", tool: at ? "" : "board" })), now: null, ends_at: null, server_time: "", plans: [] });

test("who changes a step keeps what they typed and chose, also when they turn away from it for a moment", () => {
  const plan = dom.window.document.createElement("ol");
  plan.dataset["part"] = "plan";
  part("fair").before(plan);
  const template = dom.window.document.createElement("template");
  template.dataset["template"] = "step-edit";
  const form = '<li data-step="{id}"><details><summary>{title}</summary><form action="/edit/"><input type="hidden" name="id" value="{id}"><input id="step-{id}" name="title" value="{title}"><select name="opens"><option value=""></option><option value="board"></option><option value="polls"></option></select></form></details></li>';
  template.content.append(...new dom.window.DOMParser().parseFromString(form, "text/html").body.children);
  dom.window.document.body.append(template);
  states.agenda = steps("Walk", "Talk");
  desk(room());
  const tell = (...titles: string[]): void => {
    states.agenda = steps(...titles);
    listeners.get("agenda")?.(states.agenda);
  };
  const title = (): HTMLInputElement => dom.window.document.querySelector("#step-s0") as HTMLInputElement;
  const tool = (): string => title().form?.querySelector("select")?.value ?? "";
  assert.equal(tool(), "board");
  title().focus();
  title().value = "Walk around the square";
  const select = title().form?.querySelector("select");
  assert.ok(select);
  select.value = "polls";
  tell("Walking", "Talk");
  assert.deepEqual([title().value, tool(), dom.window.document.activeElement], ["Walk around the square", "polls", title()]);
  assert.equal(plan.querySelector("summary")?.textContent, "Walking");
  title().blur();
  tell("Walks", "Talk");
  assert.deepEqual([title().value, tool()], ["Walk around the square", "polls"]);
});

test("what somebody chose for the screen stays until they press, whatever else is told of it", () => {
  const select = dom.window.document.createElement("select");
  select.dataset["part"] = "screen-mode";
  for (const mode of ["auto", "text", "board"]) select.add(new Option(mode, mode));
  part("fair").before(select);
  desk(room());
  const tell = (mode: States["projector"]["mode"]): void => {
    states.projector = { mode, second: "", title: "", question: "" };
    listeners.get("projector")?.(states.projector);
  };
  tell("text");
  assert.equal(select.value, "text");
  select.value = "board";
  tell("text");
  assert.equal(select.value, "board");
});

test("shares are sentences of the group, and of few people nothing is told", () => {
  desk(room());
  states.fair = { people: 20, speaking: { active: 7, silent: 13, of: 3, top: 6 }, writing: null, new_voices: 2 } satisfies Fair;
  listeners.get("fair")?.(states.fair);
  const text = part("fair").textContent;
  for (const sentence of ["13 of 20 not", "3 have 60 %", "Too few", "2 new"]) assert.ok(text.includes(sentence), sentence);
});

test("where nobody is, nothing is counted", () => {
  const words = new Words(dom.window.document, "en");
  assert.equal(counted(words, { hall: 3, online: 2, phone: 0, assisted: 1 }), "3 hall, 2 online, 1 assisted");
});
