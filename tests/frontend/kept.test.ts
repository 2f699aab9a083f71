import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { current, list } from "../../frontend_templates/ts/live/dom";
import { follow, isLost, options } from "../../frontend_templates/ts/room/options";
import { Halfway } from "../../frontend_templates/ts/room/halfway";
import { one, page } from "./page";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly acts?: boolean;
}

const row = '<details class="more"><summary>More</summary><form action="/act/" data-do="act"><input type="hidden" name="id" value="{id}"><input id="why-{id}" name="reason" value="Because."><select name="pace"><option value="0">0</option><option value="30">30</option></select><input type="checkbox" name="question"><input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b"><button name="to" value="up">Up</button><button name="to" value="down">Down</button></form></details>';

let dom = page("");
beforeEach(() => {
  dom = page(`<ul id="rows"></ul><template data-template="row"><li data-row="{id}"><b>{name}</b><details class="other" data-if="acts"><summary>Hide</summary></details>${row}</li></template>`);
});

const made = (html: string): Node[] => [...new dom.window.DOMParser().parseFromString(html, "text/html").body.childNodes];

const draw = (...rows: Row[]): void => list(one<HTMLElement>("#rows"), rows, (each) => each.id, (each) => ({ ...each }), "row");
const names = (): (string | null)[] => [...dom.window.document.querySelectorAll("#rows b")].map((each) => each.textContent);
const active = (): Element | null => dom.window.document.activeElement;

function fill(): void {
  one<HTMLDetailsElement>("[data-row=a] .more").open = true;
  one("#why-a").value = "They asked for it.";
  one<HTMLSelectElement>("[data-row=a] select").value = "30";
  one("[data-row=a] [name=question]").checked = true;
  one("[data-row=a] [value=b]").checked = true;
}

function filled(): unknown[] {
  return [one<HTMLDetailsElement>("[data-row=a] .more").open, one("#why-a").value, one<HTMLSelectElement>("[data-row=a] select").value, one("[data-row=a] [name=question]").checked, one("[data-row=a] [value=b]").checked];
}

const all = [true, "They asked for it.", "30", true, true];

test("a row that is drawn anew keeps all that somebody opened, typed, chose and ticked in it, and the cursor", () => {
  draw({ id: "a", name: "Ada" });
  fill();
  one("#why-a").focus();
  one("#why-a").setSelectionRange(4, 9);
  draw({ id: "a", name: "Ada Lovelace", acts: true });
  assert.deepEqual(filled(), all);
  assert.equal(active(), one("#why-a"));
  assert.deepEqual([one("#why-a").selectionStart, one("#why-a").selectionEnd], [4, 9]);
  assert.equal(one<HTMLDetailsElement>(".other").open, false);
});

test("what nobody touched takes the server's newest word", () => {
  draw({ id: "a", name: "Ada" });
  one("#why-a").defaultValue = "As it was.";
  draw({ id: "a", name: "Ada Lovelace" });
  assert.equal(one("#why-a").value, "Because.");
});

test("a choice that fills itself when somebody turns to it keeps what was chosen", () => {
  draw({ id: "a", name: "Ada" });
  const select = one<HTMLSelectElement>("[data-row=a] select");
  select.add(new Option("Version 4", "4"));
  select.value = "4";
  draw({ id: "a", name: "Ada Lovelace" });
  assert.equal(one<HTMLSelectElement>("[data-row=a] select").value, "4");
});

test("of two buttons of one name, the one that was pressed has the focus in the new row", () => {
  draw({ id: "a", name: "Ada" });
  one<HTMLElement>("[value=down]").focus();
  draw({ id: "a", name: "Ada Lovelace" });
  assert.equal(active(), one("[value=down]"));
});

test("a row that moves takes the focus and the cursor along", () => {
  draw({ id: "b", name: "Bela" }, { id: "a", name: "Ada" }, { id: "c", name: "Csaba" });
  one("#why-a").focus();
  one("#why-a").setSelectionRange(3, 3);
  draw({ id: "a", name: "Ada" }, { id: "b", name: "Bela" }, { id: "c", name: "Csaba" });
  draw({ id: "c", name: "Csaba" }, { id: "b", name: "Bela" }, { id: "a", name: "Ada" });
  assert.deepEqual(names(), ["Csaba", "Bela", "Ada"]);
  assert.equal(active(), one("#why-a"));
  assert.equal(one("#why-a").selectionStart, 3);
});

test("rows that the server drew hand on what was begun in them, and go where they are not meant any more", () => {
  one("#rows").append(...made(`<li data-row="a"><b>Ada</b>${row.replaceAll("{id}", "a")}</li>\n<li data-row="gone"><b>Gone</b></li>`));
  fill();
  one("#why-a").focus();
  draw({ id: "b", name: "Bela" }, { id: "a", name: "Ada" });
  assert.deepEqual(names(), ["Bela", "Ada"]);
  assert.deepEqual(filled(), all);
  assert.equal(active(), one("#why-a"));
  assert.equal(one("#rows").childNodes.length, 2);
});

test("what went wrong stays in a row that is drawn anew, and its form is found again", () => {
  draw({ id: "a", name: "Ada" });
  const form = one<HTMLElement>("form");
  form.append(...made('<p class="order-problem">Say why.</p>'));
  draw({ id: "a", name: "Ada L." });
  draw({ id: "a", name: "Ada Lovelace" });
  assert.equal(one(".order-problem").textContent, "Say why.");
  assert.notEqual(form, one("form"));
  assert.equal(current(form), one("form"));
});

const people = (...who: string[]): { id: string; name: string }[] => who.map((id) => ({ id, name: id }));
const values = (select: HTMLSelectElement): string[] => [...select.options].map((option) => option.value);

test("a choice of people is kept in step without taking away what stands there", () => {
  const select = dom.window.document.createElement("select");
  options(select, people("pina", "tito"));
  const first = select.options[0];
  select.value = "tito";
  options(select, [{ id: "ada", name: "Ada" }, { id: "pina", name: "Pina (has answered)" }, { id: "tito", name: "tito" }]);
  assert.equal(select.options[1], first);
  assert.equal(select.options[1]?.text, "Pina (has answered)");
  assert.deepEqual([values(select), select.value], [["ada", "pina", "tito"], "tito"]);
});

test("where the chosen person has gone nobody is chosen, whoever else comes, until somebody chooses", () => {
  const select = dom.window.document.createElement("select");
  options(select, people("pina", "tito"));
  select.value = "tito";
  for (const now of [people("pina"), people(), people("pina", "ada")]) {
    options(select, now);
    assert.equal(select.selectedIndex, -1);
    assert.ok(isLost(select));
  }
  select.value = "ada";
  options(select, people("pina", "ada", "zoe"));
  assert.equal(select.value, "ada");
  assert.equal(isLost(select), false);
});

test("a setting follows the room, and one that somebody has chosen and not sent yet stays", () => {
  one("body").append(...made('<select id="pace"><option value="0"><option value="60" selected><option value="120"></select>'));
  const select = one<HTMLSelectElement>("#pace");
  follow(select, "120");
  assert.equal(select.value, "120");
  select.value = "0";
  follow(select, "120");
  follow(select, "60");
  assert.equal(select.value, "0");
  follow(select, "0");
  follow(select, "120");
  assert.equal(select.value, "120");
});

function half(me = "m1", storage = dom.window.sessionStorage): Halfway {
  const room = `<div id="room" data-room="r1" data-me="${me}"><input id="message" name="text"><textarea id="how" name="how">As it was</textarea><form data-keep="x"><input id="title" name="title"></form><form data-part="notes-form"><textarea id="notes"></textarea></form><input id="ticked" type="checkbox"></div>`;
  dom.window.document.body.replaceChildren(...made(room));
  return new Halfway(one<HTMLElement>("#room"), () => storage);
}

test("what is half written in the room's lines is there again after the page was loaded anew, once", () => {
  dom = page("", "http://hall.example/room/");
  half().putBack();
  for (const id of ["message", "how", "title", "notes"]) one(`#${id}`).value = "half a wo";
  half().putBack();
  const before = half();
  for (const id of ["message", "how", "title", "notes"]) one(`#${id}`).value = "half a wo";
  before.keep();
  half().putBack();
  assert.deepEqual(["message", "how", "title", "notes"].map((id) => one(`#${id}`).value), ["half a wo", "half a wo", "", ""]);
  half().putBack();
  assert.equal(one("#message").value, "");
});

test("half a word is not shown to somebody else, and who leaves takes it along", () => {
  dom = page("", "http://hall.example/room/");
  const mine = half();
  one("#message").value = "half a wo";
  mine.keep();
  half("m2").putBack();
  assert.equal(one("#message").value, "");
  const leaving = half();
  one("#message").value = "half a wo";
  leaving.keep();
  leaving.forget();
  leaving.keep();
  assert.equal(dom.window.sessionStorage.length, 0);
});

test("a device that keeps nothing loses nothing else", () => {
  const broken = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } } as unknown as Storage;
  const at = half("m1", broken);
  at.putBack();
  one("#message").value = "half a wo";
  assert.doesNotThrow(() => at.keep());
  assert.equal(one("#message").value, "half a wo");
});
