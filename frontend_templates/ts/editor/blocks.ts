/** Gives every block a lasting name: a sentence's story hangs on the name of the block that it stands in. */
import { Plugin, type EditorState, type Transaction } from "prosemirror-state";
import type { Node } from "prosemirror-model";
import { ySyncPluginKey } from "y-prosemirror";

const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** Twelve letters, 60 bits: two people never choose the same. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => letters[byte & 31]).join("");
}

interface Place {
  readonly pos: number;
  readonly node: Node;
}

/** Which of two blocks with one name keeps it: the one with words in it, otherwise the first. */
function keeper(first: Place, second: Place): Place {
  return first.node.content.size === 0 && second.node.content.size > 0 ? second : first;
}

/** Blocks that need a name: those without one, and all but one of those that share one. */
export function nameless(doc: Node): Place[] {
  const seen = new Map<string, Place>();
  const found: Place[] = [];
  doc.descendants((node, pos) => {
    if (!node.isBlock) return false;
    const id = node.attrs["id"] as string | null;
    const place = { pos, node };
    const other = id ? seen.get(id) : undefined;
    if (!id) found.push(place);
    else if (!other) seen.set(id, place);
    else {
      const keeps = keeper(other, place);
      seen.set(id, keeps);
      found.push(keeps === other ? place : other);
    }
    return !node.isTextblock;
  });
  return found;
}

/** Names what is nameless, after a change made here. Others' changes are theirs to name, or two would name the same block. */
export function naming(transactions: readonly Transaction[], state: EditorState): Transaction | null {
  const mine = transactions.some((transaction) => transaction.docChanged && transaction.getMeta(ySyncPluginKey) === undefined);
  if (!mine) return null;
  const places = nameless(state.doc);
  if (!places.length) return null;
  // Part of the person's own change, and undone with it: y-prosemirror takes a transaction and what was appended to it as one.
  const names = state.tr;
  for (const { pos } of places) names.setNodeAttribute(pos, "id", newId());
  // Formatting that is on, with nothing selected, must survive the naming.
  return names.setStoredMarks(state.storedMarks);
}

export function blockNames(): Plugin {
  return new Plugin({ appendTransaction: (transactions, _before, state) => naming(transactions, state) });
}
