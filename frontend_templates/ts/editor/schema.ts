/** The text's nodes and marks; the names are those of Tiptap's StarterKit, so that any such editor can read the room. */
import { Schema, type DOMOutputSpec, type MarkSpec, type Node, type NodeSpec } from "prosemirror-model";

const identity = { id: { default: null as string | null } };

function known(dom: HTMLElement): { id: string | null } {
  return { id: dom.getAttribute("data-id") };
}

/** That a block of words begins here may be only suggested; it carries the suggestion's name then. */
const wordy = { ...identity, suggested: { default: null as string | null } };

function knownWords(dom: HTMLElement): { id: string | null; suggested: string | null } {
  return { ...known(dom), suggested: dom.getAttribute("data-suggested") };
}

function marked(node: Node): Record<string, string> {
  const { id, suggested } = node.attrs as { id?: string | null; suggested?: string | null };
  return { ...(id ? { "data-id": id } : {}), ...(suggested ? { "data-suggested": suggested } : {}) };
}

const safe = /^(https?:|mailto:|tel:)/i;

/** An address that may stand in the text, or null: nothing that runs. */
export function address(href: string | null): string | null {
  const text = href?.trim() ?? "";
  return safe.test(text) ? text : null;
}

function block(tag: string, content: string, extra: Partial<NodeSpec> = {}): NodeSpec {
  return {
    content,
    group: "block",
    attrs: identity,
    parseDOM: [{ tag, getAttrs: known }],
    toDOM: (node): DOMOutputSpec => [tag, marked(node), 0],
    ...extra,
  };
}

function cell(tag: string, role: string): NodeSpec {
  const spans = (dom: HTMLElement): Record<string, unknown> => ({ ...known(dom), colspan: Number(dom.getAttribute("colspan") ?? 1) || 1, rowspan: Number(dom.getAttribute("rowspan") ?? 1) || 1 });
  return {
    content: "block+",
    attrs: { ...identity, colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
    tableRole: role,
    isolating: true,
    parseDOM: [{ tag, getAttrs: spans }],
    toDOM: (node): DOMOutputSpec => [tag, { ...marked(node), colspan: String(node.attrs["colspan"]), rowspan: String(node.attrs["rowspan"]) }, 0],
  };
}

const nodes: Record<string, NodeSpec> = {
  doc: { content: "block+" },
  // A paragraph may come from an idea on the board, and keeps its name.
  paragraph: block("p", "inline*", {
    attrs: { ...wordy, idea: { default: null as string | null } },
    parseDOM: [{ tag: "p", getAttrs: (dom) => ({ ...knownWords(dom), idea: dom.getAttribute("data-idea") }) }],
    toDOM: (node): DOMOutputSpec => ["p", { ...marked(node), ...(node.attrs["idea"] ? { "data-idea": String(node.attrs["idea"]) } : {}) }, 0],
  }),
  heading: block("h2", "inline*", {
    defining: true,
    attrs: { ...wordy, level: { default: 2 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, getAttrs: (dom: HTMLElement) => ({ ...knownWords(dom), level: level < 3 ? 2 : 3 }) })),
    toDOM: (node): DOMOutputSpec => [Number(node.attrs["level"]) === 3 ? "h3" : "h2", marked(node), 0],
  }),
  bulletList: block("ul", "listItem+", { group: "block list" }),
  orderedList: block("ol", "listItem+", { group: "block list", attrs: { ...identity, start: { default: 1 } } }),
  listItem: block("li", "paragraph block*", { group: "", defining: true }),
  blockquote: block("blockquote", "block+", { defining: true }),
  table: {
    content: "tableRow+",
    group: "block",
    tableRole: "table",
    isolating: true,
    attrs: identity,
    parseDOM: [{ tag: "table", getAttrs: known }],
    toDOM: (node): DOMOutputSpec => ["table", marked(node), ["tbody", 0]],
  },
  tableRow: { content: "(tableCell | tableHeader)*", tableRole: "row", attrs: identity, parseDOM: [{ tag: "tr", getAttrs: known }], toDOM: (node): DOMOutputSpec => ["tr", marked(node), 0] },
  tableCell: cell("td", "cell"),
  tableHeader: cell("th", "header_cell"),
  image: {
    group: "block",
    draggable: true,
    attrs: { ...identity, upload: { default: null }, src: { default: null }, alt: { default: "" } },
    // Only pictures that were sent to this room; a picture pasted from elsewhere would call home.
    parseDOM: [{ tag: "img[data-upload]", getAttrs: (dom) => ({ ...known(dom), upload: dom.getAttribute("data-upload"), src: dom.getAttribute("src"), alt: dom.getAttribute("alt") ?? "" }) }],
    toDOM: (node): DOMOutputSpec => ["img", { ...marked(node), "data-upload": String(node.attrs["upload"]), src: local(node.attrs["src"]), alt: String(node.attrs["alt"]) }],
  },
  text: { group: "inline" },
  hardBreak: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: (): DOMOutputSpec => ["br"] },
};

/** A picture's address when it is on this site, or nothing. */
function local(src: unknown): string {
  return typeof src === "string" && /^\/(?!\/)/.test(src) ? src : "";
}

function suggestion(tag: string): MarkSpec {
  return {
    attrs: { id: { default: null }, by: { default: null }, at: { default: null } },
    inclusive: false,
    parseDOM: [{ tag: `${tag}[data-suggestion]`, getAttrs: (dom) => ({ id: dom.getAttribute("data-suggestion"), by: dom.getAttribute("data-by") }) }],
    toDOM: (mark): DOMOutputSpec => [tag, { "data-suggestion": String(mark.attrs["id"]), "data-by": String(mark.attrs["by"] ?? "") }, 0],
  };
}

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: { default: null } },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => {
          const href = address(dom.getAttribute("href"));
          return href ? { href } : false;
        },
      },
    ],
    toDOM: (mark): DOMOutputSpec => ["a", { href: address(mark.attrs["href"] as string | null) ?? "", rel: "noopener nofollow ugc" }, 0],
  },
  bold: { parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: (dom) => dom.style.fontWeight !== "normal" && null }], toDOM: (): DOMOutputSpec => ["strong", 0] },
  italic: { parseDOM: [{ tag: "em" }, { tag: "i", getAttrs: (dom) => dom.style.fontStyle !== "normal" && null }], toDOM: (): DOMOutputSpec => ["em", 0] },
  comment: {
    attrs: { id: {} },
    inclusive: false,
    excludes: "",
    parseDOM: [{ tag: "mark[data-comment]", getAttrs: (dom) => ({ id: dom.getAttribute("data-comment") }) }],
    toDOM: (mark): DOMOutputSpec => ["mark", { class: "said", "data-comment": String(mark.attrs["id"]) }, 0],
  },
  insertion: suggestion("ins"),
  deletion: suggestion("del"),
};

export const schema = new Schema({ nodes, marks });
