/** Draws the shared text for reading, node by node from the known names; what is not known shows its words only.
 *  What is only proposed is not the room's text yet: the hall sees what stands while nothing is decided. */
import * as Y from "yjs";

const blocks: Readonly<Record<string, string>> = { paragraph: "p", bulletList: "ul", orderedList: "ol", listItem: "li", blockquote: "blockquote", table: "table", tableRow: "tr", tableCell: "td", tableHeader: "th" };
const marks: Readonly<Record<string, string>> = { bold: "strong", italic: "em" };
const wordy = new Set(["paragraph", "heading"]);
const lists = new Set(["bulletList", "orderedList", "listItem"]);

/** Whether nobody has written anything yet: there is no block, or one without words. */
export function isBlank(fragment: Y.XmlFragment): boolean {
  const first = fragment.length === 1 ? fragment.get(0) : null;
  return fragment.length === 0 || (first instanceof Y.XmlElement && wordy.has(first.nodeName) && first.toArray().every((child) => child instanceof Y.XmlText && child.length === 0));
}

function tag(element: Y.XmlElement): string | undefined {
  if (element.nodeName === "heading") return Number(element.getAttribute("level")) === 3 ? "h3" : "h2";
  return blocks[element.nodeName];
}

function words(node: Y.XmlText): Node[] {
  const parts = node.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return parts.flatMap(({ insert, attributes = {} }) => {
    if (typeof insert !== "string" || attributes["insertion"]) return [];
    let drawn: Node = document.createTextNode(insert);
    for (const [mark, name] of Object.entries(marks)) {
      if (!attributes[mark]) continue;
      const around = document.createElement(name);
      around.append(drawn);
      drawn = around;
    }
    return [drawn];
  });
}

/** The block of words that was drawn last: one that only proposes to begin goes on in it. */
let last: HTMLElement | null = null;

function drawn(node: Y.XmlElement, name: string): Node[] {
  const isWordy = wordy.has(node.nodeName);
  if (isWordy && node.getAttribute("suggested") && last) {
    last.append(...children(node));
    return [];
  }
  const element = document.createElement(name);
  if (isWordy) last = element;
  const id: unknown = node.getAttribute("id");
  if (typeof id === "string") element.dataset["id"] = id;
  element.append(...children(node));
  return lists.has(node.nodeName) && !element.hasChildNodes() ? [] : [element];
}

function children(parent: Y.XmlFragment): Node[] {
  return parent.toArray().flatMap((child): Node[] => {
    if (child instanceof Y.XmlText) return words(child);
    if (!(child instanceof Y.XmlElement)) return [];
    if (child.nodeName === "hardBreak") return [document.createElement("br")];
    const name = tag(child);
    return name ? drawn(child, name) : children(child);
  });
}

export function draw(fragment: Y.XmlFragment): DocumentFragment {
  last = null;
  const shown = document.createDocumentFragment();
  shown.append(...children(fragment));
  return shown;
}
