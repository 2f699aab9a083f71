// A person at a distance: one socket that speaks the Yjs protocol and tells what it hears.
import WebSocket from 'ws'
import { EMPTY_STATE, EMPTY_UPDATE, authentication, read, sync } from './wire.mjs'

/** `hear`: onText(update), onSaved(n), onClose(code), answer(state vector) → update. `room` only for Hocuspocus. */
export class Client {
  constructor (url, { room = '', hear = {} } = {}) {
    this.url = url
    this.room = room
    this.hear = hear
    this.frames = 0
    this.bytes = 0
    this.synced = null
    this.closed = null
  }

  /** Resolves with the bytes of the first answer, when the document is here. */
  open (state = EMPTY_STATE, seconds = 30) {
    return new Promise((resolve, reject) => {
      const socket = this.socket = new WebSocket(this.url, { perMessageDeflate: false, maxPayload: 0 })
      socket.binaryType = 'nodebuffer'
      const timer = setTimeout(() => reject(new Error('not synced in time: ' + this.url)), seconds * 1000)
      socket.on('open', () => {
        if (this.room) socket.send(authentication(this.room))
        socket.send(sync(0, state, this.room))
      })
      socket.on('message', data => {
        if (this.#take(data)) { clearTimeout(timer); resolve(this.synced) }
      })
      socket.on('close', code => {
        this.closed = code
        clearTimeout(timer)
        reject(new Error(`closed ${code}`))
        this.hear.onClose?.(code)
      })
      socket.on('error', error => { if (this.synced === null) reject(error) })
    })
  }

  /** True when this frame was the first answer to our state. */
  #take (data) {
    this.frames++
    this.bytes += data.length
    const { type, step, body } = read(data, this.room)
    if (type === 8) this.hear.onSaved?.(body)
    if (type !== 0) return false
    if (step === 0) {
      this.send(sync(1, this.hear.answer?.(body) ?? EMPTY_UPDATE, this.room))
      return false
    }
    const first = step === 1 && this.synced === null
    if (first) this.synced = body
    this.hear.onText?.(body, this)
    return first
  }

  send (frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return false
    this.socket.send(frame)
    return true
  }

  stopReading () { this.socket.pause() }

  readAgain () { this.socket.resume() }

  leave () { this.socket.close() }

  vanish () { this.socket.terminate() }
}

/** Open many, a few at a time; the first alone, since some servers can not open a cold room for many at once. */
export const openAll = async (clients, together = 20) => {
  await clients[0].open()
  for (let i = 1; i < clients.length; i += together) {
    await Promise.all(clients.slice(i, i + together).map(client => client.open()))
  }
  return clients
}
