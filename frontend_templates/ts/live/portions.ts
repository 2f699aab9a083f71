/** A long update as several that the server takes one by one, in an order in which each rests only on what came before. */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** What the server takes in one frame is 256 KB; a portion stays well below. */
export const PORTION = 192 * 1024;
/** Letters of one run that go together; at three bytes each they are less than a portion. */
const RUN = 32 * 1024;

type Clocks = Map<number, number>;

interface Deleted {
  readonly clock: number;
  readonly len: number;
}

interface Decoded {
  readonly structs: (Y.Item | Y.GC)[];
  readonly ds: { readonly clients: Map<number, Deleted[]> };
}

interface Reference {
  readonly client: number;
  readonly clock: number;
}

function references(struct: Y.Item | Y.GC): Reference[] {
  if (!(struct instanceof Y.Item)) return [];
  const parent: unknown = struct.parent;
  return [struct.origin, struct.rightOrigin, parent].flatMap((each) => (each instanceof Y.ID ? [each as Reference] : []));
}

/** A long run of letters in pieces, never between the halves of one sign. */
function* pieces(struct: Y.Item | Y.GC): Generator<Y.Item | Y.GC> {
  const content = struct instanceof Y.Item ? struct.content : null;
  if (!(struct instanceof Y.Item) || !(content instanceof Y.ContentString) || content.str.length <= RUN) {
    yield struct;
    return;
  }
  const { client, clock } = struct.id;
  for (let at = 0; at < content.str.length; ) {
    let end = Math.min(at + RUN, content.str.length);
    const code = content.str.charCodeAt(end);
    if (code >= 0xdc00 && code <= 0xdfff) end -= 1;
    const before = at === 0 ? struct.origin : Y.createID(client, clock + at - 1);
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Yjs's own contents take this abstract class's place
    yield new Y.Item(Y.createID(client, clock + at), null, before, null, struct.rightOrigin, struct.parent, struct.parentSub, new Y.ContentString(content.str.slice(at, end)));
    at = end;
  }
}

function put<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

function byClient(structs: readonly (Y.Item | Y.GC)[]): Map<number, (Y.Item | Y.GC)[]> {
  const clients = new Map<number, (Y.Item | Y.GC)[]>();
  for (const struct of structs) put(clients, struct.id.client, struct);
  return clients;
}

/** In the order of their causes: a struct comes after everything that it refers to. */
function* inOrder(structs: readonly (Y.Item | Y.GC)[]): Generator<Y.Item | Y.GC> {
  const queues = byClient(structs);
  const at: Clocks = new Map();
  for (const [client, queue] of queues) at.set(client, queue[0]?.id.clock ?? 0);
  const known = ({ client, clock }: Reference): boolean => !queues.has(client) || clock < (at.get(client) ?? 0);
  const places = new Map([...queues.keys()].map((client) => [client, 0]));
  for (let moved = true; moved; ) {
    moved = false;
    for (const [client, queue] of queues) {
      let place = places.get(client) ?? 0;
      for (let next = queue[place]; next && references(next).every(known); next = queue[++place]) {
        at.set(client, next.id.clock + next.length);
        yield next;
        moved = true;
      }
      places.set(client, place);
    }
  }
}

function size(struct: Y.Item | Y.GC): number {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array().length;
}

/** Bytes of an update: structs of each client, one after the other, and what is deleted. */
function written(structs: readonly (Y.Item | Y.GC)[], deleted: ReadonlyMap<number, readonly Deleted[]>): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const out = encoder.restEncoder;
  const clients = byClient(structs);
  encoding.writeVarUint(out, clients.size);
  for (const [client, own] of [...clients].sort((a, b) => b[0] - a[0])) {
    encoding.writeVarUint(out, own.length);
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, own[0]?.id.clock ?? 0);
    for (const struct of own) struct.write(encoder, 0);
  }
  encoding.writeVarUint(out, deleted.size);
  for (const [client, ranges] of [...deleted].sort((a, b) => b[0] - a[0])) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(out, clock);
      encoding.writeVarUint(out, len);
    }
  }
  return encoder.toUint8Array();
}

/** Deletions in portions of so many. */
function* cuts(deleted: ReadonlyMap<number, readonly Deleted[]>, most: number): Generator<Map<number, Deleted[]>> {
  let some = new Map<number, Deleted[]>();
  let count = 0;
  for (const [client, ranges] of deleted) {
    for (const range of ranges) {
      put(some, client, range);
      if (++count < most) continue;
      yield some;
      [some, count] = [new Map<number, Deleted[]>(), 0];
    }
  }
  if (count) yield some;
}

/** `update` in portions; itself where it is short. What is deleted comes last, when all that it names is there. */
export function portions(update: Uint8Array, most = PORTION): Uint8Array[] {
  if (update.length <= most) return [update];
  const { structs, ds } = Y.decodeUpdate(update) as unknown as Decoded;
  const found: Uint8Array[] = [];
  let some: (Y.Item | Y.GC)[] = [];
  let bytes = 0;
  for (const struct of inOrder(structs.flatMap((each) => [...pieces(each)]))) {
    const more = size(struct);
    if (some.length && bytes + more > most) {
      found.push(written(some, new Map()));
      [some, bytes] = [[], 0];
    }
    some.push(struct);
    bytes += more;
  }
  if (some.length) found.push(written(some, new Map()));
  for (const part of cuts(ds.clients, 8000)) found.push(written([], part));
  return found;
}
