import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { start } from "../../frontend_templates/ts/breakouts/main";
import type { Breakouts, Group } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import type { Room } from "../../frontend_templates/ts/room/context";
import { page } from "./page";

const many = [1, 2, 5, 20].map((sample) => `<template data-string="groups.people" data-sample="${sample}">{n} people</template>`).join("");
const strings = { "group.mine": "Your group: {group}", "group.choose": "Choose", "group.called": "Come back", "group.over": "Ended", "group.inside": "In {title}", "group.planned": "Soon", "group.back": "Over", "groups.planned": "Planned", "groups.open": "At work", "groups.back": "Called", "groups.help": "{group} calls" };

let dom = page("");
let said: { loud: boolean; text: string }[] = [];
let listener: (state: Breakouts) => void = () => undefined;

function begin(lead: boolean): void {
  dom = page(`<div id="room"><section data-part="my-group" hidden><h2 data-part="my-group-title"></h2><p data-part="my-group-text"></p><a data-part="group-go" hidden></a><a data-part="group-back" hidden></a><button data-part="group-help"></button>
    <form data-part="group-choices" hidden><button name="group" value="1">of the server</button></form></section>
    ${lead ? '<section data-part="groups"><p data-part="groups-state"></p><form data-part="groups-make"></form><ul data-part="group-list"></ul><form data-part="groups-put"><select data-part="put-where"></select></form><form data-part="groups-tell"></form><a data-part="groups-texts"></a><button data-when="planned">Send</button><button data-when="open">Back</button></section>' : ""}</div>
    <template data-template="group-choice"><button name="group" value="{number}">{title} {people}</button></template>
    <template data-template="group-row"><li><b>{title}</b><span>{count}</span><p>{names}</p><p data-if="over">ended</p><p data-if="asks_help">calls</p><form data-action="{url}enter/" data-if="url"></form><form data-if="empty" class="drop"></form></li></template>
    ${Object.entries(strings).map(([key, words]) => `<template data-string="${key}">${words}</template>`).join("")}${many}`);
  said = [];
  const say = (loud: boolean) => (text: string) => void said.push({ loud, text });
  start({ root: dom.window.document.getElementById("room"), words: new Words(dom.window.document, "en"), say: { me: say(false), now: say(true) }, state: () => undefined, on: (_name: string, heard: (state: Breakouts) => void) => (listener = heard) } as unknown as Room);
}

beforeEach(() => begin(false));

const group = (number: number, fields: Partial<Group> = {}): Group => ({ id: `g${number}`, number, title: `Group ${number}`, people: 2, over: false, ...fields });
const tell = (fields: Partial<Breakouts>): void => listener({ used: true, state: "open", groups: [], mine: null, ...fields });
const one = (part: string): HTMLElement => {
  const found = dom.window.document.querySelector<HTMLElement>(`[data-part="${part}"]`);
  assert.ok(found, part);
  return found;
};
const mine = { number: 2, title: "Group 2", url: "/torino/rooms/group-2/" };

test("who is in no group and may choose none sees nothing of it", () => {
  tell({ groups: [group(1)] });
  assert.equal(one("my-group").hidden, true);
});

test("the way to one's group is there while groups work, and not before or after", () => {
  tell({ state: "planned", mine });
  assert.equal(one("my-group-title").textContent, "Your group: Group 2");
  assert.equal(one("my-group-text").textContent, "Soon");
  assert.equal(one("group-go").hidden, true);
  tell({ mine });
  assert.equal((one("group-go") as HTMLAnchorElement).getAttribute("href"), mine.url);
  assert.equal(one("group-go").hidden, false);
  tell({ state: "back", mine });
  assert.equal(one("group-go").hidden, true);
});

test("a change is said once, being called back at once, and what the page said already is not repeated", () => {
  tell({ mine, back: "/torino/rooms/main/", main: "The square" });
  assert.deepEqual(said, []);
  assert.equal(one("my-group-text").textContent, "In The square");
  for (let time = 0; time < 2; time += 1) tell({ mine, back: "/torino/rooms/main/", called: true });
  assert.deepEqual(said, [{ loud: true, text: "Your group: Group 2 Come back" }]);
  assert.equal(one("group-back").hidden, false);
});

test("a call for help can be taken back", () => {
  tell({ mine, back: "/main/", asks_help: true });
  const button = one("group-help") as HTMLButtonElement;
  assert.deepEqual([button.value, button.getAttribute("aria-pressed")], ["0", "true"]);
  tell({ mine, back: "/main/", asks_help: false });
  assert.deepEqual([button.value, button.getAttribute("aria-pressed")], ["1", "false"]);
});

test("where everyone chooses, the choices replace the server's own and keep their elements while people come", () => {
  tell({ may_choose: true, groups: [group(1), group(2, { people: 0 })] });
  const buttons = (): HTMLElement[] => [...one("group-choices").querySelectorAll<HTMLElement>("button")];
  assert.deepEqual(buttons().map((each) => each.textContent), ["Group 1 2", "Group 2 0"]);
  const first = buttons()[0];
  tell({ may_choose: true, groups: [group(1), group(2, { people: 1 })] });
  assert.equal(buttons()[0], first);
  assert.equal(buttons()[1]?.textContent, "Group 2 1");
  tell({ may_choose: false, groups: [], mine });
  assert.equal(one("group-choices").hidden, true);
});

test("a group that ended before the others is told so, and nobody chooses it any more", () => {
  tell({ mine: { ...mine, over: false } });
  tell({ mine: { ...mine, over: true } });
  assert.equal(one("my-group-text").textContent, "Ended");
  assert.deepEqual(said, [{ loud: false, text: "Your group: Group 2 Ended" }]);
  tell({ may_choose: true, groups: [group(1, { over: true }), group(2)] });
  assert.deepEqual([...one("group-choices").querySelectorAll("button")].map((each) => each.textContent), ["Group 2 2"]);
  begin(true);
  tell({ groups: [group(1, { over: true }), group(2)] });
  assert.deepEqual([...one("group-list").children].map((row) => row.querySelector('[data-if="over"]') !== null), [true, false]);
  assert.deepEqual([...(one("put-where") as HTMLSelectElement).options].map((option) => option.text), ["Group 2"]);
});

test("who leads sees who is where, may take an empty group away before it goes, and hears each call once", () => {
  begin(true);
  tell({ state: "planned", groups: [group(1, { names: ["Ada", "Noor"] }), group(2, { people: 0 })] });
  const rows = (): HTMLElement[] => [...one("group-list").children] as HTMLElement[];
  assert.ok(rows()[0]?.textContent.includes("Ada, Noor"));
  assert.deepEqual(rows().map((row) => row.querySelector(".drop") !== null), [false, true]);
  assert.equal(one("groups-make").hidden, true);
  assert.deepEqual([...(one("put-where") as HTMLSelectElement).options].map((option) => option.text), ["Group 1", "Group 2"]);
  for (let time = 0; time < 2; time += 1) tell({ groups: [group(1, { asks_help: true, url: "/g1/" }), group(2, { url: "/g2/" })] });
  assert.deepEqual(said, [{ loud: false, text: "Group 1 calls" }]);
  assert.equal(rows()[0]?.querySelector("form")?.getAttribute("action"), "/g1/enter/");
  const when = [...dom.window.document.querySelectorAll<HTMLElement>("[data-when]")];
  assert.deepEqual(when.map((button) => button.hidden), [true, false]);
  tell({ state: "done", groups: [group(1)] });
  assert.deepEqual([one("groups-make").hidden, one("groups-texts").hidden, rows().length], [false, false, 0]);
});
