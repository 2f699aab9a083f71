// The floor: a broadcast of every frame to everyone else, with no document, no rights and no storing. node relay.mjs PORT
import { WebSocketServer } from 'ws'

const rooms = new Map()
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket, request) => {
  const room = rooms.get(request.url) ?? rooms.set(request.url, new Set()).get(request.url)
  room.add(socket)
  socket.on('close', () => room.delete(socket))
  socket.on('error', () => room.delete(socket))
  socket.on('message', data => {
    if (data[0] !== 0) return
    if (data[1] === 0) { socket.send(Buffer.from([0, 1, 2, 0, 0])); return }
    for (const other of room) if (other !== socket) other.send(data)
  })
})
