import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Say, TOGETHER } from "../../frontend_templates/ts/live/say";
import { Words } from "../../frontend_templates/ts/live/words";
import { Clock, passed } from "../../frontend_templates/ts/room/agenda";
import { may, type Facts } from "../../frontend_templates/ts/room/rights";
import { place } from "../../frontend_templates/ts/room/speaking";
import { page } from "./page";

const forms = (...each: [number, string][]): string => each.map(([sample, text]) => `<template data-string="ideas.new" data-sample="${sample}">${text}</template>`).join("");

let dom = page("");
beforeEach(() => {
  dom = page(`<div id="say"></div><div id="say-now"></div>${forms([1, "{n} new idea"], [2, "{n} new ideas"])}<template data-string="hello">Hello {name}</template>`);
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

function say(): { at: Say; polite: Element; assertive: Element } {
  const [polite, assertive] = [dom.window.document.getElementById("say"), dom.window.document.getElementById("say-now")];
  assert.ok(polite && assertive);
  const at = new Say({ polite, assertive }, new Words(dom.window.document, "en"));
  at.loudness = "all";
  return { at, polite, assertive };
}

test("what comes within a second and a half is one sentence", () => {
  const { at, polite } = say();
  at.tally("ideas.new");
  at.tally("ideas.new");
  mock.timers.tick(TOGETHER - 100);
  at.tally("ideas.new");
  assert.equal(polite.textContent, "");
  mock.timers.tick(200);
  mock.timers.tick(60);
  assert.equal(polite.textContent, "3 new ideas");
});

test("a sentence is not said twice in one breath", () => {
  const { at, polite } = say();
  at.me("Saved.");
  at.me("Saved.");
  mock.timers.tick(TOGETHER + 100);
  mock.timers.tick(60);
  assert.equal(polite.textContent, "Saved.");
});

test("the same sentence later is said again", () => {
  const { at, polite } = say();
  at.me("You are next.");
  mock.timers.tick(TOGETHER + 100);
  mock.timers.tick(60);
  at.me("You are next.");
  mock.timers.tick(TOGETHER + 10);
  assert.equal(polite.textContent, "", "emptied first, so that the change is heard");
  mock.timers.tick(100);
  assert.equal(polite.textContent, "You are next.");
});

test("by default only what concerns me is read, and nothing when I ask for nothing", () => {
  const { at, polite, assertive } = say();
  at.loudness = "me";
  at.tally("ideas.new");
  at.others("Luca is here");
  at.me("Your hand is up.");
  mock.timers.tick(TOGETHER + 100);
  mock.timers.tick(60);
  assert.equal(polite.textContent, "Your hand is up.");
  at.loudness = "none";
  at.me("Your hand is down.");
  mock.timers.tick(TOGETHER + 100);
  mock.timers.tick(60);
  assert.equal(polite.textContent, "Your hand is up.");
  at.now("Time is up.");
  mock.timers.tick(100);
  assert.equal(assertive.textContent, "Time is up.");
});

test("numbers take the form that their language has for them", () => {
  dom = page(forms([1, "{n} nowy pomysł"], [2, "{n} nowe pomysły"], [5, "{n} nowych pomysłów"], [20, "{n} nowych pomysłów"]));
  const words = new Words(dom.window.document, "pl");
  assert.deepEqual([1, 3, 7, 22, 25].map((n) => words.count("ideas.new", n)), ["1 nowy pomysł", "3 nowe pomysły", "7 nowych pomysłów", "22 nowe pomysły", "25 nowych pomysłów"]);
});

test("what is filled in is not read for more to fill in", () => {
  const { at, polite } = say();
  at.me(new Words(dom.window.document, "en").get("hello", { name: "{name}" }));
  mock.timers.tick(TOGETHER + 100);
  mock.timers.tick(60);
  assert.equal(polite.textContent, "Hello {name}");
});

test("the time is said at half, at two minutes, at thirty seconds and at the end", () => {
  const moments: number[] = [];
  for (let left = 600; left > 0; left--) {
    const moment = passed(left, left - 1, 600);
    if (moment !== null) moments.push(moment);
  }
  assert.deepEqual(moments, [300, 120, 30, 0]);
  assert.equal(passed(100, 0, 600), 0, "after a sleep only the latest is said");
});

test("the clock is short for the eye and long for the ear", () => {
  const clock = new Clock("en");
  assert.equal(clock.short(522), "8:42");
  assert.equal(clock.short(-4), "0:00");
  assert.equal(clock.long(522), "8 minutes, 42 seconds");
  assert.equal(clock.long(0), "0 seconds");
  assert.equal(new Clock("hu").long(120), "2 perc");
});

test("my place in the queue is found", () => {
  const queue = [{ id: "a", name: "A", first: true, mine: false }, { id: "b", name: "B", first: false, mine: true }];
  assert.equal(place({ queue, current: null, spoken: 0, total: 2 }, "b"), 2);
  assert.equal(place({ queue: [], current: { id: "b", name: "B", since: "" }, spoken: 0, total: 2 }, "b"), 0);
  assert.equal(place({ queue: [], current: null, spoken: 0, total: 2 }, "b"), null);
});

test("rights follow what the facilitator switches", () => {
  const calm = { locked: false, frozen: false, chat_paused: false, ask_before_admitting: false, reason: "", shown: "" };
  const facts: Facts = { granted: new Set(["speak", "write", "board", "chat"]), role: "participant", moderation: calm, muted: false, ended: false };
  assert.equal(may("write", facts), true);
  assert.equal(may("write", { ...facts, moderation: { ...calm, locked: true } }), false);
  assert.equal(may("write", { ...facts, role: "scribe", moderation: { ...calm, locked: true } }), true);
  assert.equal(may("board", { ...facts, moderation: { ...calm, locked: true } }), true);
  assert.equal(may("board", { ...facts, role: "facilitator", moderation: { ...calm, frozen: true } }), false);
  assert.equal(may("chat", { ...facts, moderation: { ...calm, chat_paused: true } }), false);
  assert.equal(may("chat", { ...facts, muted: true }), false);
  assert.equal(may("moderate", facts), false);
  assert.equal(may("write", { ...facts, granted: new Set(["speak"]) }), true, "opened again after the page was made");
  assert.equal(may("write", { ...facts, granted: new Set() }), false, "an observer stays one");
  assert.equal(may("chat", { ...facts, ended: true }), false);
});
