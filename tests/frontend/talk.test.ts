import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import * as Y from "yjs";
import { Awareness } from "y-protocols/awareness";
import { Editor } from "../../frontend_templates/ts/editor/editor";
import { Refusal } from "../../frontend_templates/ts/live/orders";
import type { Chat, Message, Speaking, States } from "../../frontend_templates/ts/live/states";
import type { Command } from "../../frontend_templates/ts/live/wire";
import { Words } from "../../frontend_templates/ts/live/words";
import { start as passages } from "../../frontend_templates/ts/passages/main";
import { ChatView } from "../../frontend_templates/ts/room/chat";
import type { Room } from "../../frontend_templates/ts/room/context";
import { Draft } from "../../frontend_templates/ts/room/draft";
import { SpeakingView } from "../../frontend_templates/ts/room/speaking";
import { one, page } from "./page";

interface Sent {
  readonly args: Readonly<Record<string, unknown>>;
  readonly done: () => Promise<void>;
  readonly failed: (code: string, detail?: string) => Promise<void>;
}

let dom = page("");
let sent: Sent[] = [];
let waiting: Command[] = [];
const states: Partial<States> = {};
const listeners = new Map<string, ((state: unknown) => void)[]>();

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

afterEach(() => mock.reset());
beforeEach(() => {
  mock.method(globalThis, "setInterval", () => 0); // clocks of the page
  dom = page(`<div id="room"><div data-part="log"><ul data-part="messages"></ul></div><form data-part="chat-form"><input name="text"><input type="checkbox" name="question"><p data-part="chat-error" hidden></p></form>
    <ol data-part="queue"></ol><button data-part="hand-up">Raise</button><button data-part="hand-down" hidden>Lower</button><textarea id="elsewhere"></textarea>
    <details data-part="simple" open><textarea id="passage"></textarea></details>
    <div data-part="sheet"><div data-part="read" lang="en"></div><div data-part="carets"></div></div>
    <section data-later="passages"><form data-part="comment-form" hidden><q data-part="comment-quote"></q><textarea data-part="comment-text" name="text"></textarea><button>Comment</button><button type="button" data-part="comment-cancel">Leave</button><p data-part="comment-error" hidden></p></form>
    <form data-part="reword-form" hidden><textarea name="after"></textarea><input name="text"><button>Propose</button><button type="button" data-part="reword-cancel">Leave</button><p data-part="reword-error" hidden></p></form>
    <ul data-part="passages"></ul><ul data-part="passages-done"></ul><span data-part="passages-report"></span></section></div>
    <template data-template="message"><li>{text}</li></template><template data-template="passage"><li data-passage="{id}"><ul data-part="posts"></ul></li></template><template data-template="speaker"><li>{name}</li></template>
    <template data-string="order.failed">Try once more</template><template data-string="order.offline">No line</template>`);
  dom.window.Element.prototype.scrollIntoView = () => undefined;
  Object.defineProperty(globalThis, "CSS", { value: { escape: (value: string) => value.replace(/[^\w-]/g, "\\$&") }, configurable: true });
  [sent, waiting] = [[], []];
  listeners.clear();
  for (const name of Object.keys(states)) Reflect.deleteProperty(states, name);
});

function room(more: object = {}): Room {
  return {
    root: dom.window.document.getElementById("room"),
    words: new Words(dom.window.document, "en"),
    language: "en",
    me: { id: "me", name: "Nadia", role: "participant" },
    can: () => true,
    say: { me: () => undefined, now: () => undefined, tally: () => undefined },
    provider: { connected: true, on: () => undefined },
    orders: {
      get waiting() {
        return waiting;
      },
      on: (_name: string, listener: () => void) => listeners.set("orders", [...(listeners.get("orders") ?? []), listener]),
      settle: () => undefined,
      send: (_tool: string, _what: string, args: Sent["args"]) =>
        new Promise<void>((resolve, reject) => {
          const after = (act: () => void): Promise<void> => {
            act();
            return settled();
          };
          sent.push({ args, done: () => after(resolve), failed: (code, detail = "") => after(() => reject(new Refusal({ code, detail }))) });
        }),
    },
    state: (name: keyof States) => states[name],
    on: (name: string, listener: (state: unknown) => void) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    ...more,
  } as unknown as Room;
}

function tell(name: string, state?: unknown): void {
  if (state !== undefined) Object.assign(states, { [name]: state });
  for (const listener of listeners.get(name) ?? []) listener(state);
}

const submit = (form: string): void => void one(form).dispatchEvent(new dom.window.Event("submit", { bubbles: true, cancelable: true }));
const field = (): HTMLInputElement => one("[data-part=chat-form] [name=text]");
const message = (id: string, text: string): Message => ({ id, name: "Nadia", mine: true, text, language: "en", at: new Date().toISOString() });
const chat = (...messages: Message[]): void => tell("chat", { messages, muted: false } satisfies Chat);

test("a message that did not get in stands in the line again, before what was written since", async () => {
  new ChatView(room());
  field().value = "The first one.";
  submit("[data-part=chat-form]");
  field().value = "And the sec";
  await sent[0]?.failed("too_fast", "Wait a moment.");
  assert.equal(field().value, "The first one. And the sec");
  assert.equal(one("[data-part=chat-error]").textContent, "Wait a moment.");
});

test("a message that arrived after all does not stand there for a second time", async () => {
  new ChatView(room());
  chat();
  field().value = "Hello";
  submit("[data-part=chat-form]");
  await sent[0]?.failed("late");
  field().value += " everyone";
  chat(message("1", "Hello"));
  assert.equal(field().value, "everyone");
  assert.equal(one("[data-part=chat-error]").hidden, true);
});

const speaking = (mine: boolean): Speaking => ({ queue: mine ? [{ id: "me", name: "Nadia", first: true, mine: true }] : [], current: null, spoken: 0, total: 3 });
const up = (): boolean => !one("[data-part=hand-down]").hidden;

test("a hand that waits for the line is up on the screen, whatever the room says before it got there", () => {
  const view = new SpeakingView(room());
  tell("speaking", speaking(false));
  view.hope(true);
  waiting = [{ tool: "speaking", do: "raise", args: {}, id: "1" }];
  tell("speaking", speaking(false));
  assert.equal(up(), true);
  waiting = [];
  tell("orders");
  assert.equal(up(), false, "it was not taken");
  waiting = [{ tool: "speaking", do: "raise", args: { for: "pina" }, id: "2" }];
  tell("orders");
  assert.equal(up(), false, "somebody else's");
});

test("a hand that goes up or down takes the focus only from its own button", () => {
  const view = new SpeakingView(room());
  tell("speaking", speaking(false));
  one("#elsewhere").focus();
  view.hope(true);
  assert.equal(dom.window.document.activeElement, one("#elsewhere"));
  one("[data-part=hand-down]").focus();
  view.hope(false);
  assert.equal(dom.window.document.activeElement, one("[data-part=hand-up]"));
});

test("what is being written in the plain field stays open when the live text comes; otherwise the field folds away", () => {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  clearInterval((awareness as unknown as { _checkInterval: NodeJS.Timeout })._checkInterval);
  const begin = (): boolean => {
    new Draft(room({ doc, awareness }), () => undefined);
    return one<HTMLDetailsElement>("[data-part=simple]").open;
  };
  one("#passage").value = "Six ben";
  assert.equal(begin(), true);
  one("#passage").value = "";
  one("#passage").focus();
  assert.equal(begin(), true);
  one("#passage").blur();
  assert.equal(begin(), false);
});

/** Somebody asks to comment on the paragraph that their cursor is in. */
function asking(wants: string): { editor: Editor; text: { editor: Editor; wants: string } } {
  const shared = new Y.Doc();
  const editor = new Editor({ mount: one("[data-part=sheet]"), fragment: shared.getXmlFragment("document"), label: "Draft", describedBy: "help", language: "en", editable: () => true, leave: () => undefined, where: () => undefined, changed: () => undefined, tooMuch: () => undefined });
  editor.view.dispatch(editor.view.state.tr.insertText("Six benches"));
  const text = { editor, wants };
  passages(room({ text }));
  return { editor, text };
}

const again = (text: { wants: string }, wants: string): void => {
  text.wants = wants;
  one("#room").dispatchEvent(new dom.window.CustomEvent("copact:ask"));
};
const marked = (editor: Editor): boolean => {
  let found = false;
  editor.view.state.doc.descendants((node) => void (found ||= node.marks.some((mark) => mark.type.name === "comment")));
  return found;
};

test("a comment that waits for the line goes once, and takes nobody away from where they write by then", async () => {
  const { editor } = asking("comment");
  const said = one("[data-part=comment-text]");
  said.value = "In the shade?";
  submit("[data-part=comment-form]");
  submit("[data-part=comment-form]");
  assert.equal(sent.length, 1);
  one("#elsewhere").focus();
  await sent[0]?.done();
  assert.equal(dom.window.document.activeElement, one("#elsewhere"));
  assert.deepEqual([said.value, one("[data-part=comment-form]").hidden, marked(editor)], ["", true, true]);
  editor.view.destroy();
});

test("what was written since stays in the form, and a comment that was refused leaves no mark in the text", async () => {
  const { editor } = asking("comment");
  const said = one("[data-part=comment-text]");
  said.value = "In the shade?";
  submit("[data-part=comment-form]");
  said.value = "In the shade, I mean?";
  await sent[0]?.done();
  assert.deepEqual([said.value, one("[data-part=comment-form]").hidden], ["In the shade, I mean?", false]);
  editor.view.dispatch(editor.view.state.tr.removeMark(0, editor.view.state.doc.content.size));
  submit("[data-part=comment-form]");
  await sent[1]?.failed("frozen", "The room is frozen.");
  assert.deepEqual([said.value, marked(editor)], ["In the shade, I mean?", false]);
  assert.equal(one("[data-part=comment-error]").textContent, "The room is frozen.");
  editor.view.destroy();
});

test("a proposal that was begun is not put back to the old words by asking again; left, the next one begins anew", () => {
  const { editor, text } = asking("reword");
  const after = one("[data-part=reword-form] [name=after]");
  assert.equal(after.value, "Six benches");
  after.value = "Eight benches";
  again(text, "reword");
  assert.equal(after.value, "Eight benches");
  one("[data-part=reword-cancel]").click();
  again(text, "reword");
  assert.equal(after.value, "Six benches");
  editor.view.destroy();
});
