/** What each way of closing the socket asks of us, and how long to wait before coming back. */

export type Ending = "again" | "stop" | "keep";

export interface Verdict {
  /** again: reconnect; stop: the page changes; keep: stay here, the text is safe on this device. */
  readonly ending: Ending;
  /** The name of the state, for the page's own words. */
  readonly state: "signed-out" | "removed" | "gone" | "too-big" | "bad-update" | "slow" | "fast" | "restarting" | "cannot-save" | "later" | "lost";
}

const verdicts: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  [4401, { ending: "stop", state: "signed-out" }],
  [4403, { ending: "stop", state: "removed" }],
  [4404, { ending: "stop", state: "gone" }],
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

const FIRST = 500;
const LONGEST = 30_000;

/** Full jitter: anywhere between half a second and a bound that doubles with each try, so that a hall does not come back as one. */
export function pause(attempt: number, random: () => number = Math.random): number {
  const bound = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt + 1, 16));
  return Math.round(FIRST + random() * (bound - FIRST));
}
