/** What each tool tells this person, as the server sends it: whole snapshots. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly kind: string;
  readonly place?: string;
  readonly online: boolean;
  /** Went, and did not come back. */
  readonly left?: boolean;
  readonly colour: number;
}

export interface Door {
  readonly people: readonly Person[];
  readonly waiting: readonly { readonly id: string; readonly name: string }[];
  readonly counts: { readonly hall: number; readonly online: number; readonly phone?: number; readonly assisted?: number; readonly watching?: number };
  /** For who leads: how many it holds, and its way in. */
  readonly way_in?: { readonly most: number; readonly taken: number; readonly lets_watch: boolean; readonly short_code: string };
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  readonly state: "done" | "now" | "next";
  readonly tool?: string;
}

export interface Agenda {
  readonly steps: readonly Step[];
  readonly now: number | null;
  readonly ends_at: string | null;
  readonly server_time: string;
  /** The tool that the present step is done with. */
  readonly opens?: string;
  /** For who leads: plans to begin with. */
  readonly plans?: readonly { readonly key: string; readonly name: string }[];
  /** For the screen in the hall: titles of steps by language. */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Speaking {
  readonly queue: readonly { readonly id: string; readonly name: string; readonly first: boolean; readonly mine: boolean; readonly assisted?: boolean }[];
  readonly current: { readonly id: string; readonly name: string; readonly since: string; readonly mine?: boolean; readonly assisted?: boolean } | null;
  readonly spoken: number;
  readonly heard?: readonly string[];
  readonly total: number;
  /** How many wait: all that the screen in the hall is told. */
  readonly waiting?: number;
  readonly rule?: "first" | "less" | "order";
  /** Seconds of one turn; 0 is without a limit. */
  readonly turn?: number;
  readonly named?: boolean;
  /** Why my hand was taken down, until it goes up again. */
  readonly lowered?: string;
  readonly round?: { readonly order: readonly Turn[]; readonly had: number; readonly of: number } | null;
  readonly server_time?: string;
}

export interface Turn {
  readonly id: string;
  readonly name: string;
  readonly mine: boolean;
  readonly assisted: boolean;
  readonly state: "done" | "now" | "passed" | "next";
}

export interface Captions {
  readonly used: boolean;
  readonly on: boolean;
  readonly keeps: boolean;
  readonly mine: boolean;
  readonly writer?: string;
  readonly lines: readonly { readonly id: number; readonly text: string }[];
}

export interface Projector {
  readonly mode: "auto" | "text" | "board" | "decide" | "agenda" | "question" | "code";
  readonly second: string;
  readonly title: string;
  readonly question: string;
  /** The "look here" that stood when the screen's content was chosen; it is over. */
  readonly past_look?: string;
}

export interface Share {
  readonly active: number;
  readonly silent: number;
  readonly of: number;
  /** Tenths of the whole. */
  readonly top?: number;
}

export interface Fair {
  readonly people?: number;
  readonly speaking?: Share | null;
  readonly writing?: Share | null;
  readonly new_voices?: number | null;
}

export interface Board {
  readonly columns: readonly { readonly id: string; readonly title: string; readonly locked?: boolean; readonly why?: string }[];
  readonly question: string;
  readonly open: boolean;
  /** Why it is closed. */
  readonly why?: string;
  /** Who claimed a client id: the author of what it made. */
  readonly authors?: Readonly<Record<string, string>>;
  /** Client ids of people without a device, whom the facilitator writes for. */
  readonly assisted?: readonly number[];
  /** For who leads: client id of somebody without a device who is here -> their place in the room. */
  readonly helped?: Readonly<Record<string, string>>;
  /** Client ids that are this person's own. */
  readonly own?: readonly number[];
  /** Everyone writes in silence: how many ideas wait, and which of them are this person's. */
  readonly silent?: boolean;
  readonly hidden?: number;
  readonly mine?: readonly { readonly id: string; readonly column: string; readonly text: string; readonly colour: number; readonly for?: string; readonly name?: string }[];
}

export interface Message {
  readonly id: string;
  readonly name: string;
  readonly assisted?: boolean;
  readonly mine: boolean;
  readonly text: string;
  readonly language: string;
  readonly at: string;
  readonly hidden?: boolean;
  readonly colour?: number;
  readonly signs?: Readonly<Record<string, number>>;
  readonly my_signs?: readonly string[];
  readonly question?: boolean;
  readonly answered?: boolean;
  readonly pinned?: boolean;
}

export interface Chat {
  readonly messages: readonly Message[];
  readonly muted: boolean;
  readonly questions?: readonly Message[];
  readonly pinned?: readonly Message[];
  readonly earlier?: boolean;
  /** Seconds until this person may write again. */
  readonly wait?: number;
}

export interface Announcement {
  readonly id: string;
  readonly text: string;
  readonly by: string;
}

export interface Look {
  readonly id: string;
  readonly kind: "block" | "note" | "part";
  readonly target: string;
  readonly words: string;
}

/** A change of the board was not taken: why, and the words of new ideas in it. Told before the line ends. */
export interface Righted {
  readonly why: string;
  readonly words: readonly string[];
}

export interface Moderation {
  readonly slow?: number;
  readonly reasons?: Readonly<Record<string, string>>;
  readonly message?: Announcement | null;
  readonly look?: Look | null;
  readonly removed?: readonly { readonly id: string; readonly name: string }[];
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

/** Somebody without a device, whom the facilitator votes for. */
export interface Assisted {
  readonly id: string;
  readonly name: string;
  readonly voted: boolean;
}

export interface PollResult {
  readonly votes: number;
  readonly rows: readonly { readonly id: string; readonly text: string; readonly count: number; readonly bar: number; readonly first: boolean }[];
  readonly hidden: boolean;
  readonly reached: boolean;
  readonly median: readonly string[];
  readonly mean: number | null;
  readonly beats_all: string;
}

export interface Poll {
  readonly id: string;
  readonly number: number;
  readonly kind: "single" | "multiple" | "ranking" | "scale" | "temperature" | "dots";
  readonly question: string;
  readonly language: string;
  /** With what my own vote gives to each: 1, dots, or a place. */
  readonly options: readonly { readonly id: string; readonly text: string; readonly mine: number; readonly note?: string }[];
  readonly state: "draft" | "open" | "closed";
  readonly anonymous: boolean;
  readonly live: boolean;
  readonly eligible: string;
  readonly quorum: number;
  readonly budget: number;
  readonly most: number;
  readonly opened_at: string | null;
  readonly closed_at: string | null;
  readonly turnout: { readonly eligible: number; readonly voted: number; readonly assisted: number };
  readonly result: PollResult | null;
  readonly may: boolean;
  readonly mine: unknown;
  readonly assisted: readonly Assisted[];
}

export interface Polls {
  readonly used: boolean;
  readonly polls: readonly Poll[];
}

export interface Turnout {
  readonly present: number;
  readonly answered: number;
  /** Null while fewer than four have answered. */
  readonly agreed: number | null;
  readonly concerns: number | null;
  readonly blocks: number | null;
  readonly waiting: number;
  readonly assisted: number;
}

export interface Check {
  readonly id: string;
  readonly number: number;
  readonly question: string;
  readonly language: string;
  readonly version: { readonly number: number; readonly title: string };
  readonly whole: boolean;
  readonly passage: string;
  readonly sha256: string;
  readonly state: "draft" | "open" | "closed";
  readonly outcome: "" | "agreed" | "concerns" | "blocked" | "too_few";
  readonly quorum: number;
  readonly closed_at: string | null;
  readonly turnout: Turnout;
  readonly concerns: readonly { readonly id: string; readonly kind: "concern" | "block"; readonly text: string; readonly name: string; readonly shown: boolean; readonly state: "open" | "resolved"; readonly how: string; readonly by: string; readonly version: number | null }[];
  readonly may: boolean;
  readonly mine: "agree" | "concern" | "block" | null;
  readonly words: string;
  readonly named: boolean;
  readonly assisted: readonly Assisted[];
}

export interface Consent {
  readonly used: boolean;
  readonly checks: readonly Check[];
}

export interface Remark {
  readonly id: string;
  readonly name: string;
  readonly assisted?: boolean;
  readonly mine: boolean;
  readonly text: string;
  readonly language: string;
  readonly at: string;
  readonly hidden: boolean;
}

export interface Passage {
  readonly id: string;
  readonly kind: "comment" | "suggestion";
  readonly state: string;
  readonly name: string;
  readonly assisted?: boolean;
  readonly mine: boolean;
  readonly at: string;
  readonly quote: string;
  readonly words: string;
  readonly accepts: boolean;
  readonly rejects: boolean;
  readonly settles: boolean;
  /** Of what is decided: who may decide about what of it is in the text all the same. */
  readonly rest: { readonly accepts: boolean; readonly rejects: boolean } | null;
  readonly reopens: boolean;
  readonly posts: readonly Remark[];
}

export interface Passages {
  readonly used: boolean;
  readonly deciders: string;
  readonly decides: boolean;
  readonly items: readonly Passage[];
}

export interface Minutes {
  readonly state: "draft" | "proposed" | "published";
  readonly used: boolean;
}

export interface Leading {
  readonly names: readonly string[];
  readonly alone: boolean;
  readonly alone_from: string | null;
  readonly may_step_in: boolean;
  readonly server_time: string;
}

export interface Appeals {
  readonly waiting: readonly { readonly id: string; readonly name: string; readonly what: string }[];
}

export interface Notes {
  readonly text?: string;
  readonly revision?: number;
  readonly by?: string;
}

export interface Group {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly people: number;
  readonly names?: readonly string[];
  readonly there?: number;
  readonly asks_help?: boolean;
  /** It ended before the others. */
  readonly over: boolean;
  readonly url?: string;
}

export interface Breakouts {
  readonly used: boolean;
  readonly state: "" | "planned" | "open" | "back" | "done" | "dropped";
  readonly groups: readonly Group[];
  readonly mine: { readonly number: number; readonly title: string; readonly url: string; readonly over?: boolean } | null;
  readonly may_choose?: boolean;
  /** In a group's room: the way back, and whether it is called. */
  readonly back?: string;
  readonly main?: string;
  readonly called?: boolean;
  readonly asks_help?: boolean;
}

export interface States {
  leading: Leading;
  appeals: Appeals;
  notes: Notes;
  breakouts: Breakouts;
  minutes: Minutes;
  passages: Passages;
  polls: Polls;
  consent: Consent;
  door: Door;
  agenda: Agenda;
  speaking: Speaking;
  board: Board;
  chat: Chat;
  moderation: Moderation;
  versions: Versions;
  captions: Captions;
  projector: Projector;
  fair: Fair;
  righted: Righted;
}
