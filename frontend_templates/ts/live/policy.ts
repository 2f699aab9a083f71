/** What each way of closing the socket asks of us, and how long to wait before coming back. */

export type Ending = "again" | "stop" | "keep";

export interface Verdict {
  /** again: reconnect; stop: the page changes; keep: stay here, the text is safe on this device. */
  readonly ending: Ending;
  /** The name of the state, for the page's own words. */
  readonly state: "signed-out" | "removed" | "gone" | "anew" | "righted" | "too-big" | "bad-update" | "slow" | "fast" | "restarting" | "cannot-save" | "later" | "lost";
}

const verdicts: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  [4401, { ending: "stop", state: "signed-out" }],
  [4403, { ending: "stop", state: "removed" }],
  [4404, { ending: "stop", state: "gone" }],
  [4409, { ending: "stop", state: "righted" }],
  [4410, { ending: "stop", state: "anew" }],
  [4408, { ending: "again", state: "slow" }],
  [4413, { ending: "keep", state: "too-big" }],
  [4422, { ending: "keep", state: "bad-update" }],
  [4429, { ending: "again", state: "fast" }],
  [4501, { ending: "again", state: "restarting" }],
  [4503, { ending: "again", state: "cannot-save" }],
  [4504, { ending: "again", state: "later" }],
]);

export function verdict(code: number): Verdict {
  return verdicts.get(code) ?? { ending: "again", state: "lost" };
}

/** What the server asks us to wait for at least: it is busy, or we were too much. */
const LEAST: Readonly<Partial<Record<Verdict["state"], number>>> = { fast: 5000, later: 2000, "cannot-save": 3000 };
/** A server that starts anew is met by its whole hall at once: the first tries spread wider. */
const WIDER = 2;

const FIRST = 500;
const LONGEST = 30_000;

/** Full jitter: anywhere between half a second and a bound that doubles with each try, so that a hall does not come back as one. */
export function pause(attempt: number, random: () => number = Math.random, state: Verdict["state"] = "lost"): number {
  const tries = state === "lost" ? attempt : attempt + WIDER;
  const bound = Math.min(LONGEST, FIRST * 2 ** Math.min(tries + 1, 16));
  return (LEAST[state] ?? 0) + Math.round(FIRST + random() * (bound - FIRST));
}
