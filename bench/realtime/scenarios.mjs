// What is measured. Each takes a running server and a way to its rooms, and answers with figures.
import * as Y from 'yjs'
import { Client, openAll } from './client.mjs'
import { pause } from './processes.mjs'
import { trace } from './trace.mjs'
import { runs, sync, typing } from './wire.mjs'

const now = () => performance.now()
const quantile = (sorted, q) => sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] : NaN
const FIRST = 1 << 20

/** Typists type at a steady rate; every receipt of every edit by another is counted and timed. */
export const fanout = async (server, rooms, { people, typists, rate, seconds, count = 1 }) => {
  const edits = Math.ceil(rate * seconds)
  const late = []
  const written = new Map()
  let deliveries = 0
  let measuring = false
  const hear = (body, client) => {
    if (!measuring) return
    const at = now()
    for (const [id, from, to] of runs(body)) {
      const typist = written.get(id)
      if (!typist || id === client.id) continue
      const seen = client.seen.get(id) ?? typist.clock
      for (let clock = Math.max(from, seen); clock < to; clock++) {
        late.push(at - typist.sent[clock - typist.clock])
        deliveries++
      }
      if (to > seen) client.seen.set(id, to)
    }
  }
  const writers = []
  const everyone = []
  for (let r = 0; r < count; r++) {
    const clients = []
    for (let i = 0; i < people; i++) {
      const client = new Client(...await rooms(r, i))
      client.hear = { onText: hear }
      client.id = FIRST + r * 4096 + i
      client.seen = new Map()
      clients.push(client)
    }
    await openAll(clients)
    everyone.push(...clients)
    for (const client of clients.slice(0, typists)) {
      const frames = typing(client.id, edits, 1, client.room)
      written.set(client.id, { clock: frames.clock, sent: new Float64Array(edits) })
      client.send(frames.opening)
      writers.push({ client, frames, typist: written.get(client.id), done: 0, due: 0 })
    }
  }
  await pause(1500)
  const step = 1000 / rate
  const start = now() + 50
  writers.forEach((writer, i) => { writer.due = start + step * i / writers.length })
  for (const client of everyone) client.frames = 0
  const before = server.use()
  measuring = true
  let behind = 0
  const expected = edits * writers.length * (people - 1)
  for (let busy = true; busy;) {
    busy = false
    for (const writer of writers) {
      while (writer.done < edits && writer.due <= now()) {
        behind = Math.max(behind, now() - writer.due)
        writer.typist.sent[writer.done] = now()
        writer.client.send(writer.frames.edits[writer.done++])
        writer.due += step
      }
      busy ||= writer.done < edits
    }
    await pause(1)
  }
  for (const deadline = now() + 10000; deliveries < expected && now() < deadline;) await pause(10)
  const after = server.use()
  late.sort((a, b) => a - b)
  const result = {
    cpu_ms_per_1000: (after.cpu - before.cpu) * 1e6 / deliveries,
    p50: quantile(late, 0.5),
    p99: quantile(late, 0.99),
    edits_per_frame: deliveries / everyone.reduce((sum, client) => sum + client.frames, 0),
    delivered: deliveries / expected,
    memory_mb: after.memory,
    generator_late_ms: behind
  }
  everyone.forEach(client => client.leave())
  return result
}

/** Until a newcomer gets the last edit: on a busy machine a server may be behind with what it was sent. */
const arrived = async (rooms, people, last) => {
  const ends = new Map(runs(last).map(([client, , end]) => [client, end]))
  for (const deadline = now() + 180000; now() < deadline; await pause(1000)) {
    const client = new Client(...await rooms(0, people - 1))
    const here = new Map()
    client.hear = { onText: body => { for (const [who, , end] of runs(body)) here.set(who, end) } }
    await client.open()
    await pause(500)
    client.leave()
    if ([...ends].every(([who, end]) => here.get(who) >= end)) return
  }
  throw new Error('what was written did not arrive')
}

/** Someone writes a long document, edit by edit; then many come at once. */
export const join = async (server, rooms, { people, edits, seed, rest }) => {
  const author = new Client(...await rooms(0, people))
  await author.open()
  const pieces = trace(edits, seed, FIRST + 4000)
  for (let i = 0; i < pieces.length; i++) {
    author.send(sync(2, pieces[i], author.room))
    await pause(25)
  }
  await arrived(rooms, people, pieces.at(-1))
  await pause(rest * 1000)
  const before = server.use()
  const clients = []
  for (let i = 0; i < people; i++) clients.push(new Client(...await rooms(0, i)))
  const opening = now()
  await Promise.all(clients.map(client => client.open()))
  const after = server.use()
  const result = {
    all_synced_ms: now() - opening,
    server_cpu_s: after.cpu - before.cpu,
    growth_mb: after.memory - before.memory,
    sent_to_each_kb: Math.max(...clients.map(client => client.bytes)) / 1024
  }
  for (const client of [...clients, author]) client.leave()
  return result
}

/**
 * Sockets that are open and silent, and rooms that are open: what does each take?
 * The first `warm` rooms are not counted: with them a server loads what it needs for any room at all.
 */
export const idle = async (server, rooms, { warm, count, people, crowded }) => {
  const firsts = []
  const enter = async (from, to) => {
    const clients = []
    for (let r = from; r < to; r++) clients.push(new Client(...await rooms(r, 0)))
    await openAll(clients)
    firsts.push(...clients)
    await pause(2500)
    return server.use().memory
  }
  const before = await enter(0, warm)
  const open = await enter(warm, warm + count)
  const others = []
  for (let r = 0; r < crowded; r++) for (let i = 1; i < people; i++) others.push(new Client(...await rooms(r, i)))
  await openAll(others)
  await pause(4000)
  const full = server.use().memory
  for (const client of [...firsts, ...others]) client.leave()
  return { room_with_one_kb: (open - before) * 1024 / count, idle_socket_kb: (full - open) * 1024 / others.length }
}

/** Rooms opened, edited and left, one after the other: does the memory come back? */
export const churn = async (server, rooms, { count, together, patience }) => {
  const visit = async r => {
    const client = new Client(...await rooms(r, 0))
    await client.open()
    const made = typing(FIRST + r, 5, 1, client.room)
    client.send(made.opening)
    for (const edit of made.edits) client.send(edit)
    await pause(60)
    client.leave()
  }
  for (let r = 0; r < together * 4; r++) await visit(r)
  await pause(patience * 1000)
  const before = server.use().memory
  let most = before
  for (let r = together * 4; r < count; r += together) {
    await Promise.all(Array.from({ length: Math.min(together, count - r) }, (_, i) => visit(r + i)))
    most = Math.max(most, server.use().memory)
  }
  await pause(patience * 1000)
  return { grew_at_most_mb: most - before, left_behind_mb: server.use().memory - before }
}

/** One reader stops while a lot goes by: what does the server keep for it, and do the others notice? */
export const slow = async (server, rooms, { megabytes }) => {
  const size = 32768
  const writers = 4
  const edits = Math.ceil(megabytes * 1e6 / size / writers)
  let received = 0
  const clients = []
  for (let i = 0; i < 7; i++) {
    const client = new Client(...await rooms(0, i))
    client.id = FIRST + i
    if (i < 6) client.hear = { onText: body => { received += body.length } }
    clients.push(client)
  }
  await openAll(clients)
  const sleeper = clients[6]
  const frames = clients.slice(0, writers).map(client => {
    const made = typing(client.id, edits, size, client.room)
    client.send(made.opening)
    return made
  })
  await pause(1000)
  received = 0
  sleeper.stopReading()
  const before = server.use().memory
  let peak = before
  for (let i = 0; i < edits; i++) {
    frames.forEach((made, k) => clients[k].send(made.edits[i]))
    await pause(40)
    peak = Math.max(peak, server.use().memory)
  }
  await pause(3000)
  peak = Math.max(peak, server.use().memory)
  const sent = edits * writers * size
  const result = {
    sent_mb: sent / 1e6,
    beyond_document_mb: peak - before - sent / 1e6,
    others_served: received / (sent * (6 * writers - writers) / writers),
    sleeper_closed: sleeper.closed ?? 'no'
  }
  sleeper.readAgain()
  for (const client of clients) client.vanish()
  return result
}

/** Killed while people type; what was called saved, or seen by another, must be there afterwards. */
export const crash = async (server, rooms, { people, typists, rate, seconds }) => {
  const total = Math.ceil(rate * seconds)
  const seen = new Map()
  const clients = []
  for (let i = 0; i < people; i++) {
    const client = new Client(...await rooms(0, i))
    client.id = FIRST + i
    client.saved = 0
    client.hear = {
      onText: (body, self) => {
        for (const [id, , to] of runs(body)) if (id !== self.id) seen.set(id, Math.max(seen.get(id) ?? 0, to))
      },
      onSaved: n => { client.saved = n }
    }
    clients.push(client)
  }
  await openAll(clients)
  const writers = clients.slice(0, typists).map(client => ({ client, made: typing(client.id, total, 1, client.room), sent: 0 }))
  for (const writer of writers) writer.client.send(writer.made.opening)
  await pause(1000)
  for (let i = 0; i < total; i++) {
    for (const writer of writers) if (writer.client.send(writer.made.edits[i])) writer.sent++
    await pause(1000 / rate)
  }
  await server.stop('SIGKILL')
  clients.forEach(client => client.vanish())
  await server.start()
  const doc = new Y.Doc()
  const newcomer = new Client(...await rooms(0, people))
  newcomer.hear = { onText: body => Y.applyUpdate(doc, body) }
  await newcomer.open()
  await pause(2500)
  let lostSaved = 0
  let lostSeen = 0
  let saved = 0
  for (const { client, made } of writers) {
    const kept = Math.max(0, Y.getState(doc.store, client.id) - made.clock)
    // Of the frames counted as saved, one is the answer to the server's step 1 and one the paragraph.
    const called = Math.max(0, client.saved - 2)
    saved += called
    lostSaved += Math.max(0, called - kept)
    lostSeen += Math.max(0, (seen.get(client.id) ?? made.clock) - made.clock - kept)
  }
  newcomer.leave()
  return { sent: writers.reduce((sum, writer) => sum + writer.sent, 0), saved, lost_saved: lostSaved, lost_seen: lostSeen }
}

/** Real documents that edit, drop out and come back; at the end all must be the same, byte for byte. */
export const converge = async (server, rooms, { people, seconds, seed }) => {
  let state = seed * 7919 + 17
  const random = n => { state = (state * 1103515245 + 12345) & 0x7fffffff; return (state >> 8) % n }
  const docs = []
  const links = []
  const connect = async i => {
    const doc = docs[i]
    const client = links[i] = new Client(...await rooms(0, i))
    client.hear = {
      onText: body => Y.applyUpdate(doc, body, 'line'),
      answer: vector => Y.encodeStateAsUpdate(doc, vector)
    }
    await client.open(Y.encodeStateVector(doc))
  }
  for (let i = 0; i < people; i++) {
    const doc = new Y.Doc()
    doc.on('update', (update, origin) => {
      if (origin !== 'line' && links[i]) links[i].send(sync(2, update, links[i].room))
    })
    docs.push(doc)
    await connect(i)
  }
  let edits = 0
  for (const deadline = now() + seconds * 1000; now() < deadline; await pause(100)) {
    for (const doc of docs) {
      const text = doc.getText('notes')
      const dice = random(10)
      if (dice < 7 || text.length < 8) text.insert(random(text.length + 1), String.fromCharCode(97 + random(26)))
      else if (dice < 9) text.delete(random(text.length - 3), 1 + random(2))
      else text.format(random(text.length - 4), 3, { bold: random(2) ? true : null })
      edits++
    }
    if (random(4) === 0) {
      const i = random(people)
      links[i][random(2) ? 'vanish' : 'leave']()
      links[i] = null
      await connect(i)
    }
  }
  await pause(3000)
  const spelled = docs.map(doc => {
    const clean = new Y.Doc()
    Y.applyUpdate(clean, Y.encodeStateAsUpdate(doc))
    return Buffer.from(Y.encodeStateAsUpdate(clean)).toString('base64')
  })
  links.forEach(link => link.leave())
  return { edits, different_documents: new Set(spelled).size - 1 }
}
