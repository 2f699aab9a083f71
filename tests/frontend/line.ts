/** A socket and a server for tests: the wire of the room, without a network. */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

export class FakeSocket {
  static made: FakeSocket[] = [];
  readonly sent: Uint8Array[] = [];
  readyState = 0;
  binaryType = "blob";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  accept(): this {
    this.readyState = 1;
    this.onopen?.();
    return this;
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame.slice());
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server closes. */
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  tell(frame: Uint8Array): void {
    this.onmessage?.({ data: frame.slice().buffer });
  }

  /** Frames of one kind, as their payloads. */
  sync(kind: number): Uint8Array[] {
    return this.sent.flatMap((frame) => {
      const decoder = decoding.createDecoder(frame);
      if (decoding.readVarUint(decoder) !== 0 || decoding.readVarUint(decoder) !== kind) return [];
      return [decoding.readVarUint8Array(decoder)];
    });
  }

  rooms(): Record<string, unknown>[] {
    return this.sent.flatMap((frame) => {
      const decoder = decoding.createDecoder(frame);
      return decoding.readVarUint(decoder) === 9 ? [JSON.parse(decoding.readVarString(decoder)) as Record<string, unknown>] : [];
    });
  }
}

function framed(...write: ((encoder: encoding.Encoder) => void)[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const step of write) step(encoder);
  return encoding.toUint8Array(encoder);
}

const uint = (n: number) => (encoder: encoding.Encoder) => encoding.writeVarUint(encoder, n);
const bytes = (array: Uint8Array) => (encoder: encoding.Encoder) => encoding.writeVarUint8Array(encoder, array);
const string = (text: string) => (encoder: encoding.Encoder) => encoding.writeVarString(encoder, text);

export const step1 = (doc: Y.Doc): Uint8Array => framed(uint(0), uint(0), bytes(Y.encodeStateVector(doc)));
export const step2 = (doc: Y.Doc): Uint8Array => framed(uint(0), uint(1), bytes(Y.encodeStateAsUpdate(doc)));
export const saved = (n: number): Uint8Array => framed(uint(8), uint(n));
export const denied = (reason: string): Uint8Array => framed(uint(2), uint(0), string(reason));
export const room = (message: object): Uint8Array => framed(uint(9), string(JSON.stringify(message)));
export const unknown = (): Uint8Array => framed(uint(77), string("from a later server"));
