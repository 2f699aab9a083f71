// Builds every browser script into frontend_templates/static/build, which is committed; --check only compares.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const out = "frontend_templates/static/build";
const entries = { history: "frontend_templates/ts/history/main.ts", map: "frontend_templates/ts/map/main.ts", page: "frontend_templates/ts/page/main.ts", projector: "frontend_templates/ts/projector/main.ts" };
const limits = { "page.js": 6, "history.js": 3, "projector.js": 60, "room.js": 180, "site.css": 16, "room.css": 12, "map.js": 50, "map.css": 6 }; // KB, gzip, with all that is loaded at once
const check = process.argv.includes("--check");

/** The licences of what is inside the bundles: their authors ask for them to travel along. */
async function licences(metafile) {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) names.add(found[1]);
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    parts.push(`${name} ${version} (${license})\n\n${file ? (await readFile(join(folder, file), "utf8")).trim() : license}\n`);
  }
  return parts.join("\n----\n\n");
}

/** What a page loads at once: the entry and all that it imports without being asked. */
function atOnce(metafile, name) {
  const found = new Set([name]);
  for (const each of found) for (const { path, kind } of metafile.outputs[join(out, each)]?.imports ?? []) if (kind === "import-statement") found.add(path.split("/").pop());
  return [...found];
}

const shared = { bundle: true, preserveSymlinks: true, minify: true, legalComments: "none", charset: "utf8", outdir: out, write: false, logLevel: "warning" };

const scripts = {
  ...shared,
  format: "esm",
  target: ["chrome112", "firefox121", "safari16.4"],
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
};
const pages = await build({ ...scripts, entryPoints: entries });
// A tool of the room comes when it is first used.
const room = await build({ ...scripts, entryPoints: { room: "frontend_templates/ts/room/main.ts" }, splitting: true, chunkNames: "part-[hash]" });
const metafile = { inputs: { ...pages.metafile.inputs, ...room.metafile.inputs }, outputs: { ...pages.metafile.outputs, ...room.metafile.outputs } };

// Nesting is lowered, so that older phones get the same page with a simpler layout.
const styles = await build({
  ...shared,
  entryPoints: { site: "frontend_templates/css/site.css", room: "frontend_templates/css/room.css" },
  external: ["*.svg", "*.woff2"],
  target: ["chrome105", "firefox110", "safari16"],
});

const files = new Map([...pages.outputFiles, ...room.outputFiles, ...styles.outputFiles].map((file) => [file.path.split("/").pop(), file.contents]));
files.set("licences.txt", Buffer.from(await licences(metafile)));

let failed = false;
const gzipped = (name) => gzipSync(files.get(name), { level: 9 }).length / 1024;
for (const name of files.keys()) {
  const size = atOnce(metafile, name).reduce((sum, each) => sum + gzipped(each), 0);
  if (limits[name]) console.log(`${name} ${size.toFixed(1)} KB gzip (limit ${limits[name]})`);
  if (limits[name] && size > limits[name]) {
    console.error(`${name} is too big.`);
    failed = true;
  }
}

if (check) {
  for (const [name, contents] of files) {
    const committed = await readFile(join(out, name)).catch(() => Buffer.alloc(0));
    if (!committed.equals(Buffer.from(contents))) {
      console.error(`${join(out, name)} is not what its sources build. Run: npm run build`);
      failed = true;
    }
  }
} else {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const [name, contents] of files) await writeFile(join(out, name), contents);
}
process.exit(failed ? 1 : 0);
