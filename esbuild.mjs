// Builds every browser script into frontend_templates/static/build, which is committed; --check only compares.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const out = "frontend_templates/static/build";
const entries = { map: "frontend_templates/ts/map/main.ts", page: "frontend_templates/ts/page/main.ts", projector: "frontend_templates/ts/projector/main.ts", room: "frontend_templates/ts/room/main.ts" };
const limits = { "page.js": 6, "projector.js": 60, "room.js": 180, "site.css": 16, "room.css": 6, "map.js": 50, "map.css": 6 }; // KB, gzip
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

const shared = { bundle: true, minify: true, legalComments: "none", charset: "utf8", outdir: out, write: false, logLevel: "warning" };

const result = await build({
  ...shared,
  entryPoints: entries,
  format: "esm",
  target: ["chrome112", "firefox121", "safari16.4"],
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
});

// Nesting is lowered, so that older phones get the same page with a simpler layout.
const styles = await build({
  ...shared,
  entryPoints: { site: "frontend_templates/css/site.css", room: "frontend_templates/css/room.css" },
  external: ["*.svg", "*.woff2"],
  target: ["chrome105", "firefox110", "safari16"],
});

const files = new Map([...result.outputFiles, ...styles.outputFiles].map((file) => [file.path.split("/").pop(), file.contents]));
files.set("licences.txt", Buffer.from(await licences(result.metafile)));

let failed = false;
for (const [name, contents] of files) {
  const size = gzipSync(contents, { level: 9 }).length / 1024;
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
