import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { Notes } from "../../frontend_templates/ts/board/notes";
import { BoardView } from "../../frontend_templates/ts/board/view";
import { Say } from "../../frontend_templates/ts/live/say";
import { Words } from "../../frontend_templates/ts/live/words";
import type { Room } from "../../frontend_templates/ts/room/context";
import { page } from "./page";

const words = { "board.lifted": "Lifted {text}", "board.at": "{title}, {n} of {total}", "board.dropped": "Dropped: {title}, {n} of {total}", "board.back": "Put back", "board.held": "{name} is moving this", "board.removed": "Taken away: {text}", "board.put-back": "Put it back", "board.edit": "Text", "ideas.none": "None", "board.merged": "Together: {text} and {other}", "board.part": "Part", "board.locked": "Locked", "board.gone": "Somebody took it away", "board.changed": "Changed", "board.closed": "Closed", "board.open": "Open again" };
const html = `<div id="say"></div><div id="say-now"></div><div id="room"><p data-part="board-count"></p><div data-part="board"></div><p data-part="lifted"></p>
<p data-part="board-closed" hidden><q data-part="board-closed-why"></q></p><form data-part="idea"><input name="text"><select id="idea-column" name="column"></select><button>Add</button></form></div>
<template data-template="lane"><section data-column="{id}"><h3>{title}<span data-part="lane-count"></span></h3><button data-part="lane-new" hidden></button><ul data-part="notes"></ul></section></template>
<template data-template="note"><li data-note="{id}" tabindex="0"><p>{text}</p><ul data-part="merged"></ul><details data-if="photo" data-photo="{photo}"><summary>{weight}</summary><img alt="{text}"></details><span>{name}</span><span data-part="note-held" hidden></span><button data-part="note-more" aria-expanded="false">More: {text}</button></li></template>
<template data-template="menu"><div role="group"><div data-part="moves"></div><button data-move="up">Up</button><button data-move="top">Top</button><button data-move="text">Into the text</button><button data-move="edit">Edit</button><button data-move="delete">Take away</button><details data-rewording><div><textarea name="words">{text}</textarea><input name="reason"><button data-move="reword">Keep</button><button data-move="reword-for">Keep for {name}</button></div></details><details data-removing><div><input name="reason"><button data-move="delete">Take away</button><button data-move="delete-for">Take away for {name}</button></div></details><input name="group"><button data-move="group">Group</button><button data-move="colour" value="4">Blue</button><div data-merging><select name="into"></select><button data-move="merge">Together</button></div></div></template>
<template data-template="note-group"><li><h4>{title}</h4><ul data-part="group-notes"></ul></li></template>
<template data-template="merged"><li>{text} {name}</li></template>
<template data-template="move"><button data-move="column" value="{id}">{title}</button></template>
<template data-template="act"><button>{label}</button></template>
${Object.entries(words).map(([key, text]) => `<template data-string="${key}">${text}</template>`).join("")}
${["ideas.count", "ideas.show", "ideas.new", "ideas.written"].map((key) => `<template data-string="${key}" data-sample="1">{n}</template>`).join("")}`;

/** How the server answers the next orders to the board; done, where nothing else is said. */
let answers: (() => Promise<void>)[] = [];

interface Setup {
  readonly tell: (state: Record<string, unknown>) => void;
  readonly board: BoardView;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly text: string[];
  readonly orders: string[];
}

let dom = page(html);
beforeEach(() => {
  dom = page(html);
  answers = [];
});

function setup(mayWrite = true, state: Record<string, unknown> = {}, leads = false): Setup {
  const { document } = dom.window;
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  clearInterval((awareness as unknown as { _checkInterval: NodeJS.Timeout })._checkInterval);
  const root = document.getElementById("room");
  const [polite, assertive] = [document.getElementById("say"), document.getElementById("say-now")];
  assert.ok(root && polite && assertive);
  const all = new Words(document, "en");
  const orders: string[] = [];
  const listeners: ((state: unknown) => void)[] = [];
  const room = { root, language: "en", me: { id: "me", name: "Nadia", role: "participant" }, doc, awareness, words: all, say: new Say({ polite, assertive }, all), orders: { send: (...order: unknown[]) => { orders.push(JSON.stringify(order)); return (answers.shift() ?? (() => Promise.resolve()))(); } }, can: (ability: string) => mayWrite && (leads || ability !== "facilitate"), state: (name: string) => (name === "board" ? state : undefined), on: (_tool: string, listener: (state: unknown) => void) => listeners.push(listener) } as unknown as Room;
  const text: string[] = [];
  const board = new BoardView(room, (idea) => text.push(idea) > 0);
  const tell = (more: Record<string, unknown>): void => {
    for (const listener of listeners) listener({ columns: [{ id: "a", title: "Shade" }, { id: "b", title: "Seats" }], question: "", open: true, authors: {}, ...more });
  };
  tell(state);
  board.start();
  return { board, doc, awareness, text, orders, tell };
}

const lane = (id: string): string[] => [...dom.window.document.querySelectorAll(`[data-column="${id}"] [data-note] > p`)].map((each) => each.textContent);
const sign = (): string => dom.window.document.querySelector('[data-part="lifted"]')?.textContent ?? "";

function press(key: string): void {
  const event = new dom.window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  dom.window.Element.prototype.scrollIntoView = () => undefined;
  dom.window.document.activeElement?.dispatchEvent(event);
}

function choose(id: string, move: string): void {
  const note = dom.window.document.querySelector(`[data-note="${id}"]`);
  note?.querySelector<HTMLButtonElement>('[data-part="note-more"]')?.click();
  dom.window.document.querySelector<HTMLButtonElement>(`[data-move="${move}"]`)?.click();
}

test("Space lifts, arrows move within and between columns, Enter drops, and focus stays on the note", () => {
  const { board } = setup();
  const [first] = [board.notes.add("one", "a", 1), board.notes.add("two", "b", 1), board.notes.add("three", "b", 1)];
  board.focus(first);
  press(" ");
  assert.equal(sign(), "Lifted one");
  press("ArrowRight");
  assert.equal(sign(), "Seats, 1 of 3");
  press("ArrowDown");
  assert.equal(sign(), "Seats, 2 of 3");
  assert.deepEqual(lane("b"), ["two", "one", "three"]);
  assert.deepEqual(board.notes.column("a").map((note) => note.text), ["one"], "the others see nothing yet");
  press("Enter");
  assert.equal(sign(), "Dropped: Seats, 2 of 3");
  assert.deepEqual(board.notes.column("b").map((note) => note.text), ["two", "one", "three"]);
  assert.equal((dom.window.document.activeElement as HTMLElement).dataset["note"], first);
});

test("Escape puts it back", () => {
  const { board } = setup();
  const id = board.notes.add("one", "a", 1);
  board.focus(id);
  press(" ");
  press("ArrowRight");
  press("Escape");
  assert.deepEqual([lane("a"), lane("b")], [["one"], []]);
  assert.equal(sign(), "Put back");
});

test("a note in somebody's hand shows whose, and cannot be lifted", () => {
  const { board, awareness } = setup();
  const id = board.notes.add("one", "a", 1);
  awareness.states.set(99, { user: { name: "Luca", role: "participant" }, holding: id });
  awareness.emit("change", [{ added: [99], updated: [], removed: [] }, "remote"]);
  assert.equal(dom.window.document.querySelector('[data-part="note-held"]')?.textContent, "Luca is moving this");
  board.focus(id);
  press(" ");
  assert.equal(sign(), "");
});

test("one press in the menu moves, brings into the text or takes away, and back", () => {
  const { board, text } = setup();
  const [one, two] = [board.notes.add("one", "a", 1), board.notes.add("two", "a", 1)];
  choose(two, "up");
  assert.deepEqual(lane("a"), ["two", "one"]);
  choose(two, "column");
  assert.deepEqual(lane("b"), ["two"]);
  choose(one, "text");
  assert.deepEqual(text, ["one"]);
});

test("taking away goes by the server, which knows whose it was; and so does putting back", async () => {
  const { board, orders } = setup();
  const one = board.notes.add("one", "a", 1);
  choose(one, "delete");
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(orders, [JSON.stringify(["board", "delete_note", { id: one }])]);
  dom.window.document.querySelector<HTMLButtonElement>('[data-part="lifted"] button')?.click();
  assert.equal(orders[1], JSON.stringify(["board", "restore_note", { id: one }]));
});

test("another's note is neither edited nor taken away", () => {
  const { board, doc } = setup();
  const other = new Y.Doc();
  const id = new Notes(other).add("theirs", "a", 1);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  board.render();
  choose(id, "column");
  assert.deepEqual(lane("b"), ["theirs"]);
  dom.window.document.querySelector<HTMLElement>(`[data-note="${id}"] [data-part="note-more"]`)?.click();
  assert.equal(dom.window.document.querySelector('[data-move="delete"], [data-move="edit"]'), null);
});

/** Who leads has opened the menu of another's note; `place`: of somebody without a device, who sits there. */
function leading(place = "") {
  const other = new Y.Doc();
  const of = String(other.clientID);
  const { board, doc, orders } = setup(true, place ? { authors: { [of]: "Pina" }, helped: { [of]: place } } : {}, true);
  const id = new Notes(other).add("theirs", "a", 1);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  board.render();
  const { document } = dom.window;
  document.querySelector<HTMLElement>(`[data-note="${id}"] [data-part="note-more"]`)?.click();
  return { board, orders, id, document };
}

test("who leads takes another's note away with a word of why, and their own without", async () => {
  const { board, orders, id, document } = leading();
  assert.equal(document.querySelectorAll('[data-move="delete"]').length, 1);
  const field = document.querySelector<HTMLInputElement>('[data-removing] [name="reason"]');
  assert.ok(field);
  field.value = "Twice.";
  field.dispatchEvent(new dom.window.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await Promise.resolve();
  assert.deepEqual(orders, [JSON.stringify(["board", "delete_note", { id, reason: "Twice." }])]);
  choose(board.notes.add("mine", "a", 1), "up");
  const mine = board.notes.all().find((each) => each.text === "mine");
  document.querySelector<HTMLElement>(`[data-note="${mine?.id ?? ""}"] [data-part="note-more"]`)?.click();
  assert.equal(document.querySelector("[data-removing]"), null);
});

test("who leads puts another's note in other words with a word of why, and their own where it stands", async () => {
  const { board, orders, id, document } = leading();
  assert.equal(document.querySelector('[data-move="edit"]'), null);
  const [words, why] = [document.querySelector<HTMLTextAreaElement>('[name="words"]'), document.querySelector<HTMLInputElement>('[data-rewording] [name="reason"]')];
  assert.ok(words && why);
  assert.equal(words.value, "theirs");
  [words.value, why.value] = ["Theirs, clearer", "It is clearer."];
  document.querySelector<HTMLElement>('[data-move="reword"]')?.click();
  await Promise.resolve();
  assert.deepEqual(orders, [JSON.stringify(["board", "edit_note", { id, text: "Theirs, clearer", reason: "It is clearer." }])]);
  const mine = board.notes.add("mine", "a", 1);
  document.querySelector<HTMLElement>(`[data-note="${mine}"] [data-part="note-more"]`)?.click();
  assert.equal(document.querySelector("[data-rewording]"), null);
  assert.ok(document.querySelector('[data-move="edit"]'));
});

test("who leads mends and takes away an idea for somebody without a device, and that needs no word of why", async () => {
  const { orders, id, document } = leading("p1");
  const words = document.querySelector<HTMLTextAreaElement>('[name="words"]');
  const keep = document.querySelector<HTMLElement>('[data-move="reword-for"]');
  assert.ok(words && keep);
  assert.equal(keep.textContent, "Keep for Pina");
  words.value = "A bench";
  keep.click();
  await new Promise((done) => setTimeout(done, 0)); // the menu stays until it is done
  document.querySelector<HTMLElement>(`[data-note="${id}"] [data-part="note-more"]`)?.click();
  document.querySelector<HTMLElement>('[data-move="delete-for"]')?.click();
  await new Promise((done) => setTimeout(done, 0));
  assert.deepEqual(orders, [JSON.stringify(["board", "edit_note", { id, text: "A bench", for: "p1" }]), JSON.stringify(["board", "delete_note", { id, for: "p1" }])]);
  document.querySelector<HTMLElement>('[data-part="lifted"] button')?.click();
  assert.equal(orders.at(-1), JSON.stringify(["board", "restore_note", { id, for: "p1" }]));
});

test("for whoever has a device nothing is mended in their name", () => {
  const { document } = leading();
  assert.equal(document.querySelector('[data-move="reword-for"], [data-move="delete-for"]'), null);
});

test("notes are grouped, painted and put together from the menu, and parted again", () => {
  const { board } = setup();
  const [one, two] = [board.notes.add("one", "a", 1), board.notes.add("two", "a", 1)];
  const open = (id: string): void => dom.window.document.querySelector<HTMLElement>(`[data-note="${id}"] [data-part="note-more"]`)?.click();
  open(one);
  const field = dom.window.document.querySelector<HTMLInputElement>('[name="group"]');
  assert.ok(field);
  field.value = "Water";
  dom.window.document.querySelector<HTMLButtonElement>('[data-move="group"]')?.click();
  assert.equal(dom.window.document.querySelector("h4")?.textContent, "Water");
  choose(one, "colour");
  assert.equal(board.notes.get(one)?.colour, 4);
  choose(two, "merge");
  assert.equal(dom.window.document.querySelector('[data-part="merged"] li')?.textContent, "two Nadia");
  assert.match(sign(), /^Together: two and one/);
  dom.window.document.querySelector<HTMLButtonElement>('[data-part="lifted"] button')?.click();
  assert.deepEqual(lane("a"), ["one", "two"]);
});

test("in silence an idea goes to the server alone, and a locked column takes none", async () => {
  const { board, orders, doc } = setup(true, { silent: true });
  const form = dom.window.document.querySelector<HTMLFormElement>("form");
  const field = form?.querySelector<HTMLInputElement>('[name="text"]');
  assert.ok(form && field);
  dom.window.Element.prototype.scrollIntoView = () => undefined;
  field.value = "a secret";
  form.dispatchEvent(new dom.window.Event("submit", { bubbles: true, cancelable: true }));
  await Promise.resolve();
  assert.equal(orders[0], JSON.stringify(["board", "add_note", { text: "a secret", column: "a", colour: 1 }]));
  assert.equal(doc.getMap("board").size, 0);
  assert.equal(board.isLocked("a"), false);
});

test("who may not write lifts nothing and opens no menu", () => {
  const { board } = setup(false);
  const id = board.notes.add("one", "a", 1);
  board.focus(id);
  press(" ");
  choose(id, "delete");
  assert.equal(sign(), "");
  assert.deepEqual(lane("a"), ["one"]);
});

test("words on a note are words, whatever they look like", () => {
  const { board } = setup();
  board.notes.add("<img src=x onerror=alert(1)> {name}", "a", 1);
  assert.deepEqual(lane("a"), ["<img src=x onerror=alert(1)> {name}"]);
  assert.equal(dom.window.document.querySelector("li img"), null);
});

test("who drops, moves or paints an idea that somebody took away meanwhile is told so where they look", () => {
  const { board, doc } = setup();
  const [one, two, three] = [board.notes.add("one", "a", 1), board.notes.add("two", "a", 1), board.notes.add("three", "a", 1)];
  const takeAway = (id: string): void => doc.getMap("board").delete(id);
  board.focus(one);
  press(" ");
  takeAway(one);
  press("Enter");
  assert.equal(sign(), "Somebody took it away");
  takeAway(two);
  board.place(two, "b", 0);
  assert.equal(sign(), "Somebody took it away");
  assert.deepEqual([...lane("a"), ...lane("b")], ["three"]);
  choose(three, "up");
  assert.notEqual(sign(), "Somebody took it away");
});

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const lockedColumns = { columns: [{ id: "a", title: "Shade", locked: true, why: "We read." }, { id: "b", title: "Seats" }] };

test("who writes in an idea goes on while its column is locked, renamed, or the idea is moved by somebody else", async () => {
  const { board, tell } = setup();
  const id = board.notes.add("one", "a", 1);
  board.edit(id);
  const field = dom.window.document.querySelector<HTMLTextAreaElement>("li textarea");
  assert.ok(field);
  field.value = "one and more";
  field.setSelectionRange(3, 3);
  tell(lockedColumns);
  board.notes.move(id, "b", 0);
  await pause();
  assert.equal(dom.window.document.activeElement, field);
  assert.deepEqual([field.value, field.selectionStart, field.isConnected], ["one and more", 3, true]);
  field.blur();
  await pause();
  assert.deepEqual(lane("b"), ["one and more"]);
});

test("whoever has an idea under their keys keeps it there when its column is drawn anew", () => {
  const { board, tell } = setup();
  const id = board.notes.add("one", "a", 1);
  board.focus(id);
  tell(lockedColumns);
  assert.equal((dom.window.document.activeElement as HTMLElement).dataset["note"], id);
});

test("what is written in an idea's menu stays while others change the idea, and it is drawn as it is when the menu closes", () => {
  const { board, id, document } = leading();
  const words = document.querySelector<HTMLTextAreaElement>('[name="words"]');
  assert.ok(words);
  words.value = "Theirs, clearer";
  words.focus();
  board.notes.paint(id, 5);
  board.notes.edit(id, "theirs by now");
  assert.equal(document.activeElement, words);
  assert.deepEqual([words.value, words.isConnected], ["Theirs, clearer", true]);
  words.dispatchEvent(new dom.window.KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  assert.deepEqual(lane("a"), ["theirs by now"]);
  assert.equal(document.activeElement, document.querySelector('[data-part="note-more"]'));
});

test("a photo that somebody looks at stays open when somebody paints its idea", () => {
  const { board } = setup();
  const id = board.notes.add("one", "a", 1);
  board.notes.map.get(id)?.set("image", { id: "0".repeat(36), width: 4, height: 3, bytes: 2048 });
  const details = (): HTMLDetailsElement | null => dom.window.document.querySelector("li details");
  assert.ok(details());
  Object.assign(details() ?? {}, { open: true });
  board.notes.paint(id, 4);
  assert.equal(details()?.open, true);
});

test("new words that the server did not take stay in the menu, and those that it took close it", async () => {
  const { orders, document } = leading();
  const words = document.querySelector<HTMLTextAreaElement>('[name="words"]');
  assert.ok(words);
  words.value = "Theirs, clearer";
  answers = [() => Promise.reject(new Error("cut"))];
  const keep = document.querySelector<HTMLButtonElement>('[data-move="reword"]');
  keep?.click();
  keep?.click();
  assert.equal(orders.length, 1, "pressed twice it goes once");
  await pause();
  assert.deepEqual([words.isConnected, words.value], [true, "Theirs, clearer"]);
  keep?.click();
  await pause();
  assert.equal(orders.length, 2);
  assert.equal(words.isConnected, false);
});

test("in silence an idea is sent once, however often Enter is pressed, and what is written after it stays", async () => {
  const { orders } = setup(true, { silent: true });
  const form = dom.window.document.querySelector<HTMLFormElement>("form");
  const field = form?.querySelector<HTMLInputElement>('[name="text"]');
  assert.ok(form && field);
  dom.window.Element.prototype.scrollIntoView = () => undefined;
  let arrive: () => void = () => undefined;
  answers = [() => new Promise((done) => (arrive = done))];
  const enter = (): void => void form.dispatchEvent(new dom.window.Event("submit", { bubbles: true, cancelable: true }));
  field.value = "a secret";
  enter();
  enter();
  field.value = "a secret and another";
  arrive();
  await pause();
  assert.deepEqual([orders.length, field.value], [1, "and another"]);
});

test("the column that somebody chose stays chosen while the columns change, as the same choice", () => {
  const { tell } = setup();
  const select = dom.window.document.querySelector<HTMLSelectElement>("#idea-column");
  assert.ok(select);
  select.value = "b";
  const chosen = select.selectedOptions[0];
  tell({ columns: [{ id: "c", title: "Water" }, { id: "a", title: "Shade" }, { id: "b", title: "Places" }] });
  assert.deepEqual([select.value, select.selectedOptions[0] === chosen, chosen?.text], ["b", true, "Places"]);
  tell({ columns: [{ id: "a", title: "Shade" }] });
  assert.equal(select.value, "a");
});

test("a note whose column is gone is still seen", () => {
  const { board } = setup();
  board.notes.add("lost", "no-such-column", 1);
  assert.deepEqual(lane("a"), ["lost"]);
});
