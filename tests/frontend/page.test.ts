import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { list } from "../../frontend_templates/ts/live/dom";
import { initials, colourOf, userOf } from "../../frontend_templates/ts/live/people";
import { grouped, joinForm, understand } from "../../frontend_templates/ts/page/code";
import { keepForms } from "../../frontend_templates/ts/page/keep";
import { page } from "./page";

const offer = '<template data-template="kept"><div><button data-kept="use">use</button><button data-kept="drop">drop</button></div></template>';
const form = '<form data-keep="idea"><input name="title"><input name="password" type="password"><input name="pin"><textarea name="text"></textarea></form>';

test("a form left half filled is offered again, without its secrets", async () => {
  const dom = page(form + offer);
  const { document, localStorage } = dom.window;
  keepForms(document, localStorage);
  const text = document.querySelector("textarea")!;
  text.value = "Six benches";
  document.querySelector<HTMLInputElement>("[name=pin]")!.value = "1234";
  text.dispatchEvent(new dom.window.Event("input", { bubbles: true }));
  await wait(450);
  const stored = localStorage.getItem("copact:keep:idea") ?? "";
  assert.match(stored, /Six benches/);
  assert.doesNotMatch(stored, /1234/);

  text.value = "";
  keepForms(document, localStorage);
  const use = document.querySelector<HTMLButtonElement>("form [data-kept=use]");
  assert.ok(use);
  use.click();
  assert.equal(text.value, "Six benches");
  assert.equal(document.querySelector("form [data-kept]"), null);
});

test("a form that arrived is forgotten; one that comes back with mistakes is not", () => {
  const dom = page(form);
  const { document, localStorage } = dom.window;
  const kept = JSON.stringify({ at: Date.now(), sent: true, fields: { text: "Six benches" } });
  localStorage.setItem("copact:keep:elsewhere", kept);
  localStorage.setItem("copact:keep:idea", kept);
  document.querySelector("textarea")!.setAttribute("aria-invalid", "true");
  keepForms(document, localStorage);
  assert.equal(localStorage.getItem("copact:keep:elsewhere"), kept, "this page asks for a password: the form may still be on its way");
  assert.ok(localStorage.getItem("copact:keep:idea"));
  document.querySelector("[type=password]")!.remove();
  keepForms(document, localStorage);
  assert.equal(localStorage.getItem("copact:keep:elsewhere"), null);
});

test("a code is understood however it is written", () => {
  assert.deepEqual(understand(" 402-913 "), { code: "402913" });
  assert.deepEqual(understand("k7m2 q9xd"), { code: "K7M2Q9XD" });
  assert.deepEqual(understand("OIL00000"), { code: "01100000" });
  assert.deepEqual(understand("https://copact.example/join/?code=K7M2-Q9XD"), { code: "K7M2Q9XD" });
  assert.deepEqual(understand("https://copact.example/join/#t=abcDEF123_-abcDEF123"), { token: "abcDEF123_-abcDEF123" });
  assert.deepEqual(understand("https://copact.example/join/#abcDEF123_-abcDEF123"), { token: "abcDEF123_-abcDEF123" });
  assert.deepEqual(understand("https://copact.example/join/#main"), { code: "" });
  assert.deepEqual(understand("https://copact.example/"), { code: "" });
  assert.equal(grouped("402913"), "402 913");
  assert.equal(grouped("K7M2Q9XD"), "K7M2 Q9XD");
  assert.equal(grouped("K7M"), "K7M");
});

const join = '<form><input type="hidden" name="token"><div data-part="code-field"><input name="code"></div><p data-part="token-ok" hidden></p><input name="name"></form>';

test("the token of a scanned picture goes into the form and out of the address", () => {
  const dom = page(join, "http://hall.example/join/#t=abcDEF123_-abcDEF123");
  const { document } = dom.window;
  joinForm(document.querySelector("form")!);
  assert.equal(document.querySelector<HTMLInputElement>("[name=token]")!.value, "abcDEF123_-abcDEF123");
  assert.equal(dom.window.location.hash, "");
  assert.equal(document.querySelector<HTMLElement>("[data-part=code-field]")!.hidden, true);
  assert.equal(document.activeElement?.getAttribute("name"), "name");
});

test("a list keeps what did not change, with its focus, and puts the rest in order", () => {
  const dom = page('<ul></ul><template data-template="row"><li id="{id}"><button data-part="go">{name}</button><b data-if="bold">!</b></li></template>');
  const { document } = dom.window;
  const holder = document.querySelector("ul")!;
  const draw = (rows: { id: string; name: string; bold?: boolean }[]): void => list(holder, rows, (row) => row.id, (row) => ({ ...row }), "row");
  draw([{ id: "a", name: "Anna" }, { id: "b", name: "Béla", bold: true }]);
  const anna = document.getElementById("a")!;
  anna.querySelector("button")!.focus();
  draw([{ id: "c", name: "{id}" }, { id: "b", name: "Béla" }, { id: "a", name: "Anna" }]);
  assert.equal(document.getElementById("a"), anna);
  assert.equal(holder.textContent, "{id}BélaAnna");
  draw([{ id: "a", name: "Anna Mária" }]);
  assert.equal(document.activeElement?.textContent, "Anna Mária");
  assert.equal(holder.children.length, 1);
});

test("who somebody is comes from the server's part of their presence", () => {
  assert.equal(userOf({ name: "forged" }), null);
  assert.deepEqual(userOf({ user: { name: "Nadia", role: "participant" } }), { name: "Nadia", role: "participant" });
  assert.equal(colourOf({ user: { color: "4" } }, 0), 4);
  assert.equal(colourOf({ user: { color: "var(--p2)" } }, 0), 1);
  assert.equal(colourOf({}, 13), 2);
  assert.deepEqual(["Nonna Pina", "luca", "Ő", ""].map(initials), ["NP", "LU", "Ő", ""]);
});
