// Interleaved runs of one or all scenarios against several servers, then medians and ratios.
//   node bench/realtime/run.mjs [--full] [scenario …] [--against copact,hocuspocus,…] [--repeat 3]
// Without --full every scenario is short and runs once; the figures of the README are those of --full.
import { performance } from 'node:perf_hooks'
import os from 'node:os'
import { targets } from './targets.mjs'
import { churn, converge, crash, fanout, idle, join, slow } from './scenarios.mjs'

const full = process.argv.includes('--full')
const seed = 1
const ours = ['copact', 'copact-daphne', 'copact-unstored']
const plans = {
  fanout: { title: 'one room, 100 people, 20 write 5/s', run: fanout, people: 100, typists: 20, rate: 5, seconds: full ? 7 : 5, spare: ['copact-two'] },
  large: { title: 'one room, 200 people, 100 write 10/s', run: fanout, people: 200, typists: 100, rate: 10, seconds: full ? 5 : 3, spare: ['copact-two', 'copact-daphne', 'pycrdt-websocket'] },
  rooms: { title: '100 rooms of 4, one writes 5/s in each', run: fanout, people: 4, typists: 1, rate: 5, seconds: full ? 7 : 4, count: 100, spare: ['copact-two'] },
  join: { title: `100 people join a document of ${full ? '250,000' : '25,000'} edits`, run: join, people: 100, edits: full ? 250000 : 25000, seed, rest: full ? 30 : 8, worker: true, spare: ['relay', 'copact-two', 'copact-daphne', 'copact-unstored'] },
  idle: { title: 'memory of an open room, of an idle socket', run: idle, warm: 20, count: full ? 200 : 60, people: 20, crowded: full ? 25 : 10, spare: ['relay', 'copact-two', 'copact-unstored', 'copact-daphne', 'pycrdt-websocket'] },
  slow: { title: 'a reader stops while 60 MB go by', run: slow, people: 7, megabytes: 60, spare: ['relay', 'copact-two', 'copact-unstored'] },
  two: { title: 'two processes of 30 rooms each against one of 30, rooms of 8, two write 10/s: twice the rooms for the same processor time a delivery is 2 ×', run: fanout, people: 8, typists: 2, rate: 10, seconds: 5, count: 60, counts: { copact: 30 }, only: ['copact', 'copact-two'] },
  churn: { title: `${full ? '1,000' : '60'} rooms opened, edited and left`, run: churn, count: full ? 1000 : 60, people: 1, together: 10, patience: full ? 65 : 4, environment: full ? {} : { ROOMS_FREED_AFTER: '1' }, only: ['copact'] },
  crash: { title: 'killed while 20 write', run: crash, people: 24, typists: 20, rate: 10, seconds: full ? 6 : 3, only: ['copact', 'copact-daphne', 'hocuspocus', 'y-websocket'] },
  converge: { title: 'twelve documents that drop out and return', run: converge, people: 12, seconds: 8, seed, only: ['copact', 'copact-daphne', 'hocuspocus', 'y-websocket'] }
}

const option = (name, otherwise) => {
  const at = process.argv.indexOf('--' + name)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const everyone = [...ours, 'copact-two', 'hocuspocus', 'y-websocket', 'pycrdt-websocket', 'relay']
const against = option('against', everyone.join()).split(',')
const repeat = Number(option('repeat', full ? '3' : '1'))
const asked = process.argv.slice(2).filter(word => word in plans)
const names = Object.keys(plans).filter(name => !asked.length || asked.includes(name))

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const shown = value => typeof value === 'number' ? (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0)) : String(value ?? '–')

let port = 19200
const once = async (name, plan) => {
  const target = targets[name](++port, plan.environment)
  try {
    const count = plan.counts?.[name] ?? plan.count
    await target.prepare((count ?? 1) + (plan.warm ?? 0), plan.people)
    await target.server.start()
    if (plan.worker) await target.server.startWorker?.()
    return await plan.run(target.server, target.rooms, { ...plan, count })
  } finally {
    if (target.server.child) await target.server.stop()
    target.clean()
  }
}

console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`)
for (const plan of names.map(name => plans[name])) {
  const rows = new Map()
  for (let i = 0; i < repeat; i++) {
    for (const target of against.filter(one => plan.only ? plan.only.includes(one) : !plan.spare?.includes(one))) {
      const started = performance.now()
      try {
        const figures = await once(target, plan)
        rows.set(target, [...(rows.get(target) ?? []), figures])
      } catch (error) {
        console.error(`${target}: ${error.message} after ${Math.round(performance.now() - started)} ms`)
      }
    }
  }
  console.log(`\n${plan.title}`)
  const columns = [...new Set([...rows.values()].flat().flatMap(row => Object.keys(row)))]
  const table = [...rows].map(([target, list]) => [target, columns.map(column => {
    const values = list.map(row => row[column])
    return values.every(value => typeof value === 'number') ? median(values) : values.at(-1)
  })])
  console.log(['', ...columns].join(' | '))
  for (const [target, values] of table) console.log([target, ...values.map(shown)].join(' | '))
  const own = table.find(([target]) => target === 'copact')
  for (const [target, values] of table) {
    if (!own || target === 'copact') continue
    const ratios = values.map((value, i) => typeof value === 'number' && own[1][i] ? shown(value / own[1][i]) + '×' : '')
    console.log([`${target} / copact`, ...ratios].join(' | '))
    if (plan.counts) {
      const cost = columns.indexOf('cpu_ms_per_1000')
      console.log(`throughput of ${target} | ${shown(2 * own[1][cost] / values[cost])}×`)
    }
  }
}
process.exit(0)
