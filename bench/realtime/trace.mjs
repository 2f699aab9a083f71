// A long document as people write it, one edit after the other: made with a seed, or read from a trace of editing.
//   TRACE=/path/to/trace.json.gz uses a file of the form {"txns": [{"patches": [[position, deleted, inserted]]}]}.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'

const TOGETHER = 500 // edits in one frame, so that a document is handed in within seconds

const dice = seed => () => {
  seed = (seed + 0x6D2B79F5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

/** Runs of typing with slips and backspaces, jumps to elsewhere, words taken out, now and then a paste. */
function * written (edits, seed) {
  const random = dice(seed)
  const words = 'the of and to in a is that for it was on are as with his they at be this from have or by one'.split(' ')
  let length = 0
  let caret = 0
  let done = 0
  const insert = text => { const at = caret; caret += text.length; length += text.length; done++; return [at, 0, text] }
  const remove = count => { caret -= count; length -= count; done++; return [caret, count, ''] }
  while (done < edits) {
    if (random() < 0.25) caret = random() < 0.5 ? length : Math.floor(random() * (length + 1))
    const mood = random()
    if (mood < 0.02) yield insert(Array.from({ length: 20 }, () => words[Math.floor(random() * words.length)]).join(' '))
    else if (mood < 0.12 && caret > 12) for (let n = 3 + Math.floor(random() * 9); n && done < edits; n--) yield remove(1)
    else if (mood < 0.14 && caret > 40) yield remove(40)
    else {
      for (let n = 4 + Math.floor(random() * 30); n && done < edits; n--) {
        const word = words[Math.floor(random() * words.length)] + ' '
        for (const letter of word) {
          if (done >= edits) break
          yield insert(letter)
          if (random() < 0.03 && done < edits) yield remove(1)
        }
        if (random() < 0.5) break
      }
    }
  }
}

const fromFile = name => {
  const bytes = fs.readFileSync(name)
  const { txns } = JSON.parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
  return txns.flatMap(txn => txn.patches)
}

/** The document as updates of one edit each, merged `TOGETHER` to a piece; kept in a file for the next run. */
export const trace = (edits, seed, client) => {
  const source = process.env.TRACE
  const name = createHash('sha256').update([source ?? '', edits, seed, client, TOGETHER, 1].join()).digest('hex').slice(0, 16)
  const file = path.join(os.tmpdir(), `copact-trace-${name}.json`)
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file)).map(piece => Buffer.from(piece, 'base64'))
  const doc = new Y.Doc()
  doc.clientID = client
  const updates = []
  const paragraph = new Y.XmlElement('paragraph')
  const text = new Y.XmlText()
  doc.on('update', update => updates.push(update))
  doc.transact(() => {
    doc.getXmlFragment('document').insert(0, [paragraph])
    paragraph.insert(0, [text])
  })
  let count = 0
  for (const [at, removed, inserted] of source ? fromFile(source) : written(edits, seed)) {
    if (count++ >= edits) break
    doc.transact(() => {
      if (removed) text.delete(at, removed)
      if (inserted) text.insert(at, inserted)
    })
  }
  const pieces = []
  for (let i = 0; i < updates.length; i += TOGETHER) pieces.push(Y.mergeUpdates(updates.slice(i, i + TOGETHER)))
  fs.writeFileSync(file, JSON.stringify(pieces.map(piece => Buffer.from(piece).toString('base64'))))
  return pieces
}
