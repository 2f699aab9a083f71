/** What each tool tells this person, as the server sends it: whole snapshots. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly kind: string;
  readonly online: boolean;
  readonly colour: number;
}

export interface Door {
  readonly people: readonly Person[];
  readonly waiting: readonly { readonly id: string; readonly name: string }[];
  readonly counts: { readonly hall: number; readonly online: number };
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  readonly state: "done" | "now" | "next";
}

export interface Agenda {
  readonly steps: readonly Step[];
  readonly now: number | null;
  readonly ends_at: string | null;
  readonly server_time: string;
}

export interface Speaking {
  readonly queue: readonly { readonly id: string; readonly name: string; readonly first: boolean; readonly mine: boolean }[];
  readonly current: { readonly id: string; readonly name: string; readonly since: string; readonly mine?: boolean } | null;
  readonly spoken: number;
  readonly total: number;
}

export interface Board {
  readonly columns: readonly { readonly id: string; readonly title: string; readonly locked?: boolean }[];
  readonly question: string;
  readonly open: boolean;
  /** Who claimed a client id: the author of what it made. */
  readonly authors?: Readonly<Record<string, string>>;
  /** Client ids that are this person's own. */
  readonly own?: readonly number[];
  /** Everyone writes in silence: how many ideas wait, and which of them are this person's. */
  readonly silent?: boolean;
  readonly hidden?: number;
  readonly mine?: readonly { readonly id: string; readonly column: string; readonly text: string; readonly colour: number }[];
}

export interface Message {
  readonly id: string;
  readonly name: string;
  readonly mine: boolean;
  readonly text: string;
  readonly language: string;
  readonly at: string;
  readonly hidden?: boolean;
  readonly colour?: number;
}

export interface Chat {
  readonly messages: readonly Message[];
  readonly muted: boolean;
}

export interface Moderation {
  readonly locked: boolean;
  readonly frozen: boolean;
  readonly chat_paused: boolean;
  readonly ask_before_admitting: boolean;
  readonly reason: string;
  readonly shown: string;
}

export interface Versions {
  readonly versions: readonly { readonly number: number; readonly title: string; readonly by: string; readonly at: string }[];
}

export interface States {
  door: Door;
  agenda: Agenda;
  speaking: Speaking;
  board: Board;
  chat: Chat;
  moderation: Moderation;
  versions: Versions;
}
