// How a program speaks with the tests: a line of JSON on stdin is an act, a line on stdout its answer, until stdin ends.
import { createInterface } from "node:readline";

export async function serve(acts) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { nr, act, ...args } = JSON.parse(line);
    let answer;
    try {
      answer = (await acts[act](args)) ?? null;
    } catch (problem) {
      answer = { failed: String(problem.stack) };
    }
    process.stdout.write(`${JSON.stringify({ nr, answer })}\n`);
  }
  process.exit(0);
}
