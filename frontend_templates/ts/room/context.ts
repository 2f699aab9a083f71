/** What every part of the room shares. */
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Editor } from "../editor/editor";
import type { Orders } from "../live/orders";
import type { Provider } from "../live/provider";
import type { Say } from "../live/say";
import type { States } from "../live/states";
import type { Words } from "../live/words";

export type Ability = "write" | "suggest" | "chat" | "board" | "speak" | "vote" | "facilitate" | "freeze" | "submit" | "moderate" | "react";

/** The text of the room on this page. */
export interface Text {
  readonly editor: Editor | null;
  /** What somebody asked of a part that is still on its way. */
  wants: string;
}

export interface Room {
  readonly root: HTMLElement;
  readonly language: string;
  readonly me: { id: string; readonly name: string; role: string };
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly provider: Provider;
  readonly orders: Orders;
  text?: Text;
  readonly words: Words;
  readonly say: Say;
  can(ability: Ability): boolean;
  /** The latest state of a tool, once it has come. */
  state<Tool extends keyof States>(tool: Tool): States[Tool] | undefined;
  on<Tool extends keyof States>(tool: Tool, listener: (state: States[Tool]) => void): void;
}
