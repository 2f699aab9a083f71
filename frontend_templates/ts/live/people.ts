/** Who is behind a presence: what the server wrote there, never what a client claims. */

export interface User {
  readonly name: string;
  readonly role: string;
}

interface State {
  readonly [key: string]: unknown;
}

export function userOf(state: State): User | null {
  const user = state["user"] as { name?: unknown; role?: unknown } | undefined;
  return typeof user?.name === "string" ? { name: user.name, role: typeof user.role === "string" ? user.role : "" } : null;
}

const PALETTE = 6;

/** One of the six colours of people; the same person has the same one on every screen. */
export function colourOf(state: State, fallback: number): number {
  const color = (state["user"] as { color?: unknown } | undefined)?.color;
  const number = Number(typeof color === "string" ? color.replace(/^\D+/, "") : color);
  return Number.isInteger(number) && number >= 1 && number <= PALETTE ? number : (fallback % PALETTE) + 1;
}

/** Two letters for a face: of the first and the second word, or of the first. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => Array.from(word)[0] ?? "") : Array.from(words[0] ?? "").slice(0, 2);
  return letters.join("").toLocaleUpperCase();
}
