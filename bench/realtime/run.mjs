// Interleaved runs of one or all scenarios against several servers, then medians and ratios.
//   node bench/realtime/run.mjs [scenario …] [--against copact,hocuspocus,…] [--repeat 3]
import { performance } from 'node:perf_hooks'
import os from 'node:os'
import { targets } from './targets.mjs'
import { converge, crash, fanout, join, slow } from './scenarios.mjs'

const plans = {
  'one room, 100 people, 20 write 5/s': { run: fanout, people: 100, typists: 20, rate: 5, seconds: 6 },
  'one room, 200 people, 100 write 10/s': { run: fanout, people: 200, typists: 100, rate: 10, seconds: 5 },
  '100 rooms of 4': { run: fanout, people: 4, typists: 1, rate: 5, seconds: 6, count: 100 },
  '100 people join a long document': { run: join, people: 100, characters: 250000, not: ['relay'] },
  'a reader stops while 60 MB go by': { run: slow, people: 7, megabytes: 60, not: ['relay'] },
  'killed while 20 write': { run: crash, people: 24, typists: 20, rate: 10, seconds: 6, only: ['copact', 'copact-daphne'] },
  'twelve documents that drop out and return': { run: converge, people: 12, seconds: 8, seed: 1, not: ['relay'] }
}
const short = { fanout: 0, large: 1, rooms: 2, join: 3, slow: 4, crash: 5, converge: 6 }

const option = (name, otherwise) => {
  const at = process.argv.indexOf('--' + name)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const against = option('against', 'copact,copact-daphne,hocuspocus,y-websocket,relay').split(',')
const repeat = Number(option('repeat', '3'))
const asked = process.argv.slice(2).filter(word => word in short)
const names = Object.keys(plans).filter((_, i) => !asked.length || asked.some(word => short[word] === i))

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const shown = value => typeof value === 'number' ? (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0)) : String(value ?? '–')

let port = 19200
const once = async (name, plan) => {
  const target = targets[name](++port)
  try {
    await target.prepare(plan.count ?? 1, plan.people)
    await target.server.start()
    return await plan.run(target.server, target.rooms, plan)
  } finally {
    if (target.server.child) await target.server.stop()
    target.clean()
  }
}

console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`)
for (const name of names) {
  const plan = plans[name]
  const rows = new Map()
  for (let i = 0; i < repeat; i++) {
    for (const target of against.filter(one => (!plan.only || plan.only.includes(one)) && !plan.not?.includes(one))) {
      const started = performance.now()
      try {
        const figures = await once(target, plan)
        rows.set(target, [...(rows.get(target) ?? []), figures])
      } catch (error) {
        console.error(`${target}: ${error.message} after ${Math.round(performance.now() - started)} ms`)
      }
    }
  }
  console.log(`\n${name}`)
  const columns = [...new Set([...rows.values()].flat().flatMap(row => Object.keys(row)))]
  const table = [...rows].map(([target, list]) => [target, columns.map(column => {
    const values = list.map(row => row[column])
    return values.every(value => typeof value === 'number') ? median(values) : values.at(-1)
  })])
  console.log(['', ...columns].join(' | '))
  for (const [target, values] of table) console.log([target, ...values.map(shown)].join(' | '))
  const ours = table.find(([target]) => target === 'copact')
  for (const [target, values] of table) {
    if (!ours || target === 'copact') continue
    const ratios = values.map((value, i) => typeof value === 'number' && ours[1][i] ? shown(value / ours[1][i]) + '×' : '')
    console.log([`${target} / copact`, ...ratios].join(' | '))
  }
}
process.exit(0)
