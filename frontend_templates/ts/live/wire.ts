/** The wire: y-protocols' message types and ours, written and read with lib0. */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

export const SYNC = 0;
export const AWARENESS = 1;
export const AUTH = 2;
export const QUERY = 3;
export const SAVED = 8;
export const ROOM = 9;

export const STEP_1 = 0;
export const STEP_2 = 1;
export const UPDATE = 2;

export interface Command {
  readonly tool: string;
  readonly do: string;
  readonly args: Readonly<Record<string, string | number | boolean>>;
  readonly id: string;
}

export interface Problem {
  readonly code: string;
  readonly detail: string;
}

export type Message =
  | { readonly type: "step1"; readonly vector: Uint8Array }
  | { readonly type: "step2" | "update"; readonly update: Uint8Array }
  | { readonly type: "awareness"; readonly update: Uint8Array }
  | { readonly type: "denied"; readonly reason: string }
  | { readonly type: "query" }
  | { readonly type: "saved"; readonly count: number }
  | { readonly type: "state"; readonly tool: string; readonly state: unknown }
  | { readonly type: "answer"; readonly id: string; readonly error: Problem | null }
  | { readonly type: "unknown" };

function framed(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function sync(kind: number, payload: Uint8Array): Uint8Array {
  return framed(SYNC, (encoder) => {
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

export const step1 = (vector: Uint8Array): Uint8Array => sync(STEP_1, vector);
export const step2 = (update: Uint8Array): Uint8Array => sync(STEP_2, update);
export const update = (bytes: Uint8Array): Uint8Array => sync(UPDATE, bytes);
export const awareness = (bytes: Uint8Array): Uint8Array => framed(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, bytes));
export const query = (): Uint8Array => framed(QUERY, () => undefined);
export const command = (order: Command): Uint8Array => framed(ROOM, (encoder) => encoding.writeVarString(encoder, JSON.stringify(order)));

function readSync(decoder: decoding.Decoder): Message {
  const kind = decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (kind === STEP_1) return { type: "step1", vector: payload };
  if (kind === STEP_2) return { type: "step2", update: payload };
  return kind === UPDATE ? { type: "update", update: payload } : { type: "unknown" };
}

function readRoom(text: string): Message {
  const said = JSON.parse(text) as { tool?: string; state?: unknown; id?: string; error?: Problem };
  if (typeof said.tool === "string" && "state" in said) return { type: "state", tool: said.tool, state: said.state };
  if (typeof said.id === "string") return { type: "answer", id: said.id, error: said.error ?? null };
  return { type: "unknown" };
}

/** One frame as a message; what a later server may add is "unknown", never an error. */
export function read(frame: Uint8Array): Message {
  const decoder = decoding.createDecoder(frame);
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return readSync(decoder);
    case AWARENESS:
      return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
    case AUTH:
      decoding.readVarUint(decoder);
      return { type: "denied", reason: decoding.hasContent(decoder) ? decoding.readVarString(decoder) : "" };
    case QUERY:
      return { type: "query" };
    case SAVED:
      return { type: "saved", count: decoding.readVarUint(decoder) };
    case ROOM:
      return readRoom(decoding.readVarString(decoder));
    default:
      return { type: "unknown" };
  }
}
