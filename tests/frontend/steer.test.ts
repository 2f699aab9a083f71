import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { States } from "../../frontend_templates/ts/live/states";
import { Words } from "../../frontend_templates/ts/live/words";
import type { Room } from "../../frontend_templates/ts/room/context";
import { steer } from "../../frontend_templates/ts/room/steer";
import { page } from "./page";

let dom = page("");
let sent: Record<string, unknown>[] = [];
let answers: (() => Promise<void>)[] = [];
const states: Partial<States> = {};
const listeners = new Map<string, ((state: unknown) => void)[]>();

beforeEach(() => {
  dom = page(`<div id="room">
    <form data-part="notes-form"><textarea></textarea><input type="hidden" name="base" value="3"><span data-part="notes-state"></span></form>
    <span data-part="leaders"></span><select data-part="lead-next"></select><select data-part="put-who"></select>
    <section data-part="appeals" hidden><ul data-part="appeal-list"></ul></section>
    <details data-part="removed-box" hidden><ul data-part="removed"></ul></details>
    <button data-part="look-away" hidden></button><select data-part="slow-seconds"><option value="0"></option><option value="30"></option></select>
    <select data-part="look-target"><optgroup data-part="look-passages"></optgroup><optgroup data-part="look-notes"></optgroup></select>
    <div class="ProseMirror"><h2 data-id="h1">A very long heading that goes on and on until nobody would read it in a list of choices</h2><p data-id="b1">Six benches</p><p data-id="b2"> </p></div>
    <ul><li data-note="n1"><p>Shade sails</p><button>Move</button></li></ul></div>
    <template data-template="appeal-row"><li>{name}: {what}</li></template><template data-template="removed-person"><li>{name}</li></template>
    <template data-string="notes.typing">Typing</template><template data-string="notes.kept">Kept</template>`);
  [sent, answers] = [[], []];
  listeners.clear();
  for (const name of Object.keys(states)) Reflect.deleteProperty(states, name);
});

function one(part: string): HTMLElement {
  const found = dom.window.document.querySelector<HTMLElement>(`[data-part="${part}"]`);
  assert.ok(found, part);
  return found;
}

const chooser = (part: string): HTMLSelectElement => one(part) as HTMLSelectElement;

function room(): Room {
  return {
    root: dom.window.document.getElementById("room"),
    words: new Words(dom.window.document, "en"),
    orders: {
      send: (_tool: string, _what: string, args: Record<string, unknown>) => {
        sent.push(args);
        return (answers.shift() ?? (() => Promise.resolve()))();
      },
    },
    state: (name: keyof States) => states[name],
    on: (name: string, listener: (state: unknown) => void) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
  } as unknown as Room;
}

function tell(name: keyof States, state: unknown): void {
  Object.assign(states, { [name]: state });
  for (const listener of listeners.get(name) ?? []) listener(state);
}

const field = (): HTMLTextAreaElement => one("notes-form").querySelector("textarea") as HTMLTextAreaElement;
const write = (words: string): void => {
  field().value = words;
  field().dispatchEvent(new dom.window.Event("input"));
};
const leave = async (): Promise<void> => {
  field().dispatchEvent(new dom.window.Event("blur"));
  await new Promise((done) => setTimeout(done));
};
const choices = (select: string): [string, string][] => [...chooser(select).options].map((option) => [option.value, option.text]);

test("notes keep themselves when one goes on, with what they were written on", async () => {
  steer(room());
  write("Quentin is shy.");
  assert.equal(one("notes-state").textContent, "Typing");
  await leave();
  assert.deepEqual(sent, [{ text: "Quentin is shy.", base: "3" }]);
  assert.equal(one("notes-state").textContent, "Kept");
  await leave();
  assert.equal(sent.length, 1);
});

test("what another facilitator wrote does not come under one's hand, and comes when nothing waits", async () => {
  steer(room());
  write("Mine, not kept yet");
  tell("notes", { text: "Theirs", revision: 4 });
  assert.equal(field().value, "Mine, not kept yet");
  assert.equal(one("notes-form").querySelector<HTMLInputElement>("[name=base]")?.value, "3");
  await leave();
  tell("notes", { text: "Theirs and mine", revision: 5 });
  assert.equal(field().value, "Theirs and mine");
  assert.equal(one("notes-form").querySelector<HTMLInputElement>("[name=base]")?.value, "5");
});

const base = (): string | undefined => one("notes-form").querySelector<HTMLInputElement>("[name=base]")?.value;

test("what another facilitator kept is not put out by who stands in the field and writes on", async () => {
  steer(room());
  field().focus();
  tell("notes", { text: "Theirs", revision: 4 });
  assert.deepEqual([field().value, base()], ["Theirs", "4"]);
  write("Theirs\nMine");
  await leave();
  assert.deepEqual(sent, [{ text: "Theirs\nMine", base: "4" }]);
  tell("notes", { text: "Theirs\nTheir second\nMine", revision: 6 });
  assert.deepEqual([field().value, base()], ["Theirs\nTheir second\nMine", "6"]);
});

test("what comes in under the cursor leaves it between the same words", () => {
  steer(room());
  tell("notes", { text: "Ada first", revision: 4 });
  field().focus();
  field().setSelectionRange(3, 3);
  tell("notes", { text: "Ada first\nNoor next", revision: 5 });
  assert.equal(field().selectionStart, 3);
  field().setSelectionRange(14, 14);
  tell("notes", { text: "First of all\nAda first\nNoor next", revision: 6 });
  assert.equal(field().value.slice(0, field().selectionStart), "First of all\nAda first\nNoor");
});

test("who writes on while their words are kept goes on from them, and no half line is kept beside the whole one", async () => {
  let arrive: () => void = () => undefined;
  answers = [() => new Promise((done) => (arrive = done))];
  steer(room());
  write("Quentin is ");
  await leave();
  write("Quentin is shy.");
  tell("notes", { text: "Quentin is", revision: 4 });
  assert.deepEqual([field().value, base()], ["Quentin is shy.", "4"]);
  arrive();
  await leave();
  await leave();
  assert.deepEqual(sent.at(-1), { text: "Quentin is shy.", base: "4" });
});

test("a space at the end is not taken away under the hand of who pauses", async () => {
  steer(room());
  field().focus();
  write("Quentin is ");
  await leave();
  field().focus();
  tell("notes", { text: "Quentin is", revision: 4 });
  assert.deepEqual([field().value, base()], ["Quentin is ", "4"]);
});

test("notes whose answer was lost with the line are known when the server shows them, and others' words take nothing away that waits", async () => {
  answers = [() => Promise.reject(new Error("cut")), () => Promise.reject(new Error("cut"))];
  steer(room());
  write("Ask Ada first.");
  await leave();
  tell("notes", { text: "Somebody else's", revision: 4 });
  assert.deepEqual([field().value, base()], ["Ask Ada first.", "3"]);
  tell("notes", { text: "Somebody else's\nAsk Ada first.", revision: 5 });
  assert.deepEqual([field().value, base()], ["Somebody else's\nAsk Ada first.", "5"]);
});

test("notes that could not be kept are still being typed, and nothing of them goes", async () => {
  answers = [() => Promise.reject(new Error("cut"))];
  steer(room());
  write("Ask Ada first.");
  await leave();
  assert.equal(one("notes-state").textContent, "Typing");
  assert.equal(field().value, "Ask Ada first.");
  field().dispatchEvent(new dom.window.Event("blur"));
  await leave();
  assert.equal(sent.at(-1)?.["text"], "Ask Ada first.");
});

test("the lead is offered to who has an account, a group to who takes part", () => {
  steer(room());
  const person = (id: string, kind: string, role: string): unknown => ({ id, name: id, kind, role, online: true, colour: 1 });
  tell("door", { people: [person("irene", "account", "facilitator"), person("ada", "account", "participant"), person("noor", "guest", "participant"), person("pina", "assisted", "participant"), person("olga", "guest", "observer")], waiting: [], counts: {} });
  assert.deepEqual(choices("lead-next"), [["ada", "ada"]]);
  assert.deepEqual(choices("put-who").map(([id]) => id), ["ada", "noor", "pina"]);
  chooser("put-who").value = "noor";
  tell("door", { people: [person("noor", "guest", "participant"), person("zoe", "guest", "participant")], waiting: [], counts: {} });
  assert.equal(chooser("put-who").value, "noor");
});

test("what waits for an answer, who was sent away and what all look at stand there only while there is something", () => {
  states.leading = { names: ["Irene", "Ada"], alone: false, alone_from: null, may_step_in: false, server_time: "" };
  states.appeals = { waiting: [{ id: "a", name: "Noor", what: "Someone was not let in" }] };
  steer(room());
  assert.equal(one("leaders").textContent, "Irene, Ada");
  assert.equal(one("appeals").hidden, false);
  assert.equal(one("appeal-list").textContent, "Noor: Someone was not let in");
  tell("appeals", { waiting: [] });
  assert.equal(one("appeals").hidden, true);
  tell("moderation", { removed: [{ id: "1", name: "Noor" }], look: { id: "l" }, slow: 30 });
  assert.deepEqual([one("removed-box").hidden, one("look-away").hidden, chooser("slow-seconds").value], [false, false, "30"]);
  tell("moderation", { removed: [], look: null });
  assert.deepEqual([one("removed-box").hidden, one("look-away").hidden], [true, true]);
});

test("passages and ideas to look at are those on the page when somebody chooses, cut to a line, and never empty ones", () => {
  steer(room());
  const select = chooser("look-target");
  select.dispatchEvent(new dom.window.Event("focus"));
  const found = choices("look-target");
  assert.deepEqual(found.map(([value]) => value), ["block:h1", "block:b1", "note:n1"]);
  assert.equal(found[0]?.[1].length, 60);
  assert.equal(found[2]?.[1], "Shade sails");
  select.value = "block:b1";
  dom.window.document.querySelector('[data-id="h1"]')?.remove();
  select.dispatchEvent(new dom.window.Event("focus"));
  assert.equal(select.value, "block:b1");
  assert.equal(choices("look-target").length, 2);
});
