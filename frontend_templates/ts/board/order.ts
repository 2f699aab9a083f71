/** The order of notes in a column: numbers with room between them, the same on every screen. */

export interface Placed {
  readonly id: string;
  readonly column: string;
  readonly order: number;
  readonly group?: string;
}

const STEP = 1024;
/** Closer than this, halving again would soon give the same number twice. */
const TIGHT = 1e-6;

/** A number from any Yjs client: the server's library writes whole numbers as big integers. */
export function number(value: unknown, fallback = 0): number {
  const found = typeof value === "bigint" || typeof value === "string" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : fallback;
}

/** By order, and by id where two people chose the same place at once; those of one group stand together where its first one stands. */
export function sorted<T extends Placed>(notes: readonly T[], column: string): T[] {
  const all = notes.filter((note) => note.column === column).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  const groups = new Map<string, T[]>();
  for (const note of all) {
    const name = note.group ? `g ${note.group}` : note.id;
    groups.set(name, [...(groups.get(name) ?? []), note]);
  }
  return [...groups.values()].flat();
}

/** The group of a note that lands at `index`: between two of a group it joins them, away from its own it leaves. */
export function groupAt(others: readonly Placed[], index: number, own: string): string {
  const at = Math.max(0, Math.min(index, others.length));
  const beside = others.slice(Math.max(0, at - 1), at + 1).map((note) => note.group ?? "");
  if (beside.length === 2 && beside[0] && beside[0] === beside[1]) return beside[0];
  return own && beside.includes(own) ? own : "";
}

export interface Plan {
  readonly order: number;
  /** Other notes that need a new number, when there is no room left here. */
  readonly others: readonly { readonly id: string; readonly order: number }[];
}

/** The number for a note that is to stand at `index` among the column's other notes. */
export function between(others: readonly Placed[], index: number, jitter = Math.random()): Plan {
  const at = Math.max(0, Math.min(index, others.length));
  const before = others[at - 1];
  const after = others[at];
  if (!before && !after) return { order: STEP, others: [] };
  if (!after) return { order: (before?.order ?? 0) + STEP * (0.5 + jitter), others: [] };
  if (!before) return { order: after.order - STEP * (0.5 + jitter), others: [] };
  const gap = after.order - before.order;
  if (gap > TIGHT) return { order: before.order + gap * (0.25 + jitter / 2), others: [] };
  const spread = others.map((note, place) => ({ id: note.id, order: (place < at ? place : place + 1) * STEP }));
  return { order: at * STEP, others: spread };
}
