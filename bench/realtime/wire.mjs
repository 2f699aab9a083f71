// Frames of the Yjs protocols, as bytes; the parts of a document's update that a measurement needs.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

export const EMPTY_STATE = new Uint8Array([0])
export const EMPTY_UPDATE = new Uint8Array([0, 0])

const frame = write => {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}

/** A sync frame; `room` is set for servers that want the document's name in front of every frame. */
export const sync = (step, bytes, room = '') => frame(encoder => {
  if (room) encoding.writeVarString(encoder, room)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, bytes)
})

/** Hocuspocus' opening frame: a token, and the version of its client. */
export const authentication = room => frame(encoder => {
  encoding.writeVarString(encoder, room)
  encoding.writeVarUint(encoder, 2)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarString(encoder, 'bench')
  encoding.writeVarString(encoder, '4.7.0')
})

/** {type, step, body} of a frame; `body` is the payload of a sync frame, or the number of a "saved" frame. */
export const read = (bytes, room = '') => {
  const decoder = decoding.createDecoder(bytes)
  if (room) decoding.readVarString(decoder)
  const type = decoding.readVarUint(decoder)
  if (type === 0) {
    const step = decoding.readVarUint(decoder)
    return { type, step, body: decoding.readVarUint8Array(decoder) }
  }
  if (type === 8 && !room) return { type, step: -1, body: decoding.readVarUint(decoder) }
  return { type, step: -1, body: null }
}

/**
 * A typist's frames, ready to send: a paragraph of their own, then one character each.
 * `clock` is where the characters begin, so that a receiver can tell which edit it got.
 */
export const typing = (client, count, size = 1, room = '') => {
  const doc = new Y.Doc()
  doc.clientID = client
  const updates = []
  doc.on('update', update => updates.push(update))
  const paragraph = new Y.XmlElement('paragraph')
  const text = new Y.XmlText()
  doc.transact(() => {
    doc.getXmlFragment('document').insert(0, [paragraph])
    paragraph.setAttribute('id', `b${client}`)
    paragraph.insert(0, [text])
  })
  const clock = Y.getState(doc.store, client)
  const letters = 'the quick brown fox jumps over the lazy dog '
  for (let i = 0; i < count; i++) text.insert(text.length, letters[i % letters.length].repeat(size))
  const [opening, ...edits] = updates.map(update => sync(2, update, room))
  return { clock, opening, edits }
}

const known = new Map()

/** [client, first clock, end clock] of every run in an update; the same bytes reach every receiver, so they are kept. */
export const runs = body => {
  const key = Buffer.from(body).toString('latin1')
  let found = known.get(key)
  if (!found) {
    found = Y.decodeUpdate(body).structs
      .filter(item => item.constructor.name !== 'Skip')
      .map(item => [item.id.client, item.id.clock, item.id.clock + item.length])
    if (known.size > 20000) known.clear()
    known.set(key, found)
  }
  return found
}
