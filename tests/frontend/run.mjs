// Bundles the TypeScript tests and hands them to node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const here = import.meta.dirname;
const out = join(here, "../../node_modules/.cache/copact-tests");
const only = process.argv.slice(2);
const tests = (await readdir(here)).filter((name) => name.endsWith(".test.ts") && (!only.length || only.some((word) => name.includes(word))));

await rm(out, { recursive: true, force: true });
await build({ entryPoints: tests.map((name) => join(here, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, packages: "external", format: "esm", platform: "node", target: "node20", sourcemap: "inline", logLevel: "warning" });
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")))], { stdio: "inherit" });
process.exit(run.status ?? 1);
