// A scripted person: a Yjs document over one socket of a room, driven by lines of JSON on stdin; answers on stdout.
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { serve } from "./lines.mjs";
import { frame, Person } from "./person.mjs";

const people = new Map();

const acts = {
  join: ({ name, url, client }) => void people.set(name, new Person(name, url, client)),
  reopen: ({ name, url }) => people.get(name).open(url),
  /** Someone comes back with the text that lay on their device, and in it presses Enter after `at` letters of the first paragraph. */
  revive: ({ name, url, from, at }) => {
    const person = new Person(name, url);
    Y.applyUpdate(person.doc, Y.encodeStateAsUpdate(people.get(from).doc), person);
    people.set(name, person);
    acts.enter({ name, at });
  },
  enter: ({ name, at }) => {
    const person = people.get(name);
    const root = person.doc.getXmlFragment("document");
    const words = root.get(0).get(0);
    const tail = words.toString().slice(at);
    person.doc.transact(() => {
      words.delete(at, tail.length);
      const element = new Y.XmlElement("paragraph");
      root.insert(1, [element]);
      element.push([new Y.XmlText(tail)]);
    });
  },
  leave: ({ name }) => people.get(name).socket.close(1000),
  kill: ({ name }) => people.get(name).socket.terminate(),
  paragraph: ({ name, text }) => {
    const person = people.get(name);
    const element = new Y.XmlElement("paragraph");
    const words = new Y.XmlText();
    person.doc.transact(() => {
      element.setAttribute("id", `${person.doc.clientID}x${person.sent}`);
      person.doc.getXmlFragment("document").push([element]);
      element.push([words]);
      words.insert(0, text);
    });
  },
  type: ({ name, text, at }) => {
    const words = people.get(name).paragraphs().at(-1).get(0);
    words.insert(at ?? words.length, text);
  },
  plain: ({ name, text, at }) => people.get(name).doc.getText("plain").insert(at ?? people.get(name).doc.getText("plain").length, text),
  cut: ({ name, at, length }) => people.get(name).doc.getText("plain").delete(at, length),
  note: ({ name, id, text }) => {
    const person = people.get(name);
    person.doc.transact(() => {
      const note = new Y.Map();
      person.doc.getMap("board").set(id, note);
      note.set("text", text);
      note.set("column", "c1");
      note.set("order", 1);
    });
  },
  raw: ({ name, hex, counts }) => people.get(name).send(Buffer.from(hex, "hex"), counts),
  order: ({ name, id, tool, what, args }) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 9);
    encoding.writeVarString(encoder, JSON.stringify({ tool, do: what, args: args ?? {}, id }));
    people.get(name).send(encoding.toUint8Array(encoder));
  },
  presence: ({ name, state, clock, client }) => {
    const person = people.get(name);
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, client ?? person.doc.clientID);
    encoding.writeVarUint(encoder, clock ?? 1);
    encoding.writeVarString(encoder, JSON.stringify(state));
    person.send(frame(1, encoding.toUint8Array(encoder)));
  },
  report: ({ name }) => people.get(name).report(),
};

await serve(acts);
