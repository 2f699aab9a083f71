// Servers as processes of this machine: started, measured with all their children, ended or killed.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

const isOpen = port => new Promise(resolve => {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('connect', () => { socket.destroy(); resolve(true) })
  socket.on('error', () => resolve(false))
})

const family = root => {
  const children = new Map()
  for (const name of fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const line = fs.readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch { /* it has ended meanwhile */ }
  }
  const found = []
  for (const queue = [root]; queue.length;) {
    const next = queue.pop()
    found.push(next)
    queue.push(...(children.get(next) ?? []))
  }
  return found
}

export class Server {
  constructor ({ command, directory, environment, port, log = '/dev/null', worker = null }) {
    Object.assign(this, { command, directory, environment, port, log, worker })
  }

  /** The process for work that can wait, where a product has one; it is not the server, and not counted as such. Resolves when it works. */
  async startWorker (seconds = 90) {
    if (!this.worker) return
    const [program, ...rest] = this.worker
    const environment = { ...process.env, ...this.environment, LOG_LEVEL: 'INFO' }
    this.beside = spawn(program, rest, { cwd: this.directory, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    this.beside.stderr.on('data', bytes => { said = (said + bytes).slice(-20000) })
    for (const deadline = Date.now() + seconds * 1000; !said.includes('Starting worker') && Date.now() < deadline;) await pause(100)
  }

  async start (seconds = 40) {
    if (await isOpen(this.port)) throw new Error(`port ${this.port} is taken`)
    const out = fs.openSync(this.log, 'a')
    const [program, ...rest] = this.command
    this.child = spawn(program, rest, {
      cwd: this.directory, env: { ...process.env, ...this.environment }, stdio: ['ignore', out, out]
    })
    this.ended = new Promise(resolve => this.child.on('exit', resolve))
    const deadline = Date.now() + seconds * 1000
    while (!(await isOpen(this.port))) {
      if (Date.now() > deadline || this.child.exitCode !== null) throw new Error(`${program} did not start, see ${this.log}`)
      await pause(50)
    }
    await pause(400)
    return this
  }

  /** CPU seconds since its start and resident megabytes, of the process and all its children. */
  use () {
    let cpu = 0
    let memory = 0
    for (const pid of family(this.child.pid)) {
      try {
        for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
          cpu += Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9
        }
        memory += Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
      } catch { /* it has ended meanwhile */ }
    }
    return { cpu, memory }
  }

  async stop (signal = 'SIGTERM') {
    this.beside?.kill('SIGKILL')
    const all = family(this.child.pid)
    const hit = (pid, name) => { try { process.kill(pid, name) } catch { /* gone */ } }
    for (const pid of signal === 'SIGKILL' ? all : [this.child.pid]) hit(pid, signal)
    await Promise.race([this.ended, pause(8000)])
    for (const pid of all) hit(pid, 'SIGKILL')
  }
}

/** Processes of one product that count as one. */
export class Several {
  constructor (servers) { this.servers = servers }

  get child () { return this.servers.every(server => server.child) }

  async start () { for (const server of this.servers) await server.start(); return this }

  use () {
    return this.servers.map(server => server.use()).reduce((sum, one) => ({ cpu: sum.cpu + one.cpu, memory: sum.memory + one.memory }))
  }

  async stop (signal) { await Promise.all(this.servers.map(server => server.stop(signal))) }
}
