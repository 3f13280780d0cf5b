// Rebuilds ../static/vendor from the packages named in package.json and writes its manifest.
// Run by hand: `npm ci && npm run refresh`. Its outputs are committed.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";
import { toLogical, withoutRepetition } from "./logical.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "vendor");
const python = process.env.PYTHON ?? join(here, "..", "..", ".venv", "bin", "python");
const packageOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const source = join(here, "portal.scss");
const compiled = sass.compile(source, { style: "compressed", loadPaths: [here], quietDeps: true });
const { css, changed, byHand } = toLogical(withoutRepetition(compiled.css.replace(/^\uFEFF/, "")));
writeFileSync(join(out, "govuk.css"), `${css}\n`);
console.log(`${changed} declarations made logical; look after these by hand:\n  ${byHand.join("\n  ")}`);

esbuild.buildSync({
  entryPoints: [join(here, "frontend.mjs")],
  outfile: join(out, "govuk-frontend.min.js"),
  bundle: true,
  minify: true,
  format: "esm",
  legalComments: "none",
});

const plex = join(here, "node_modules", "@fontsource", "ibm-plex-sans-arabic");
execFileSync(python, [join(here, "fonts.py"), plex, out], { stdio: "inherit" });

const LICENCES = {
  "LICENSE-govuk-frontend.txt": join(here, "licences", "govuk-frontend.txt"), // its npm package ships none
  "LICENSE-ibm-plex.txt": join(plex, "LICENSE"),
};
const ORIGIN = (file) => (/woff2|plex|fonts/.test(file) ? "@fontsource/ibm-plex-sans-arabic" : "govuk-frontend");
for (const [name, text] of Object.entries(LICENCES)) copyFileSync(text, join(out, name));

const manifest = readdirSync(out).sort().map((file) => {
  const origin = packageOf(ORIGIN(file));
  const sha256 = createHash("sha256").update(readFileSync(join(out, file))).digest("hex");
  return { file, package: origin.name, version: origin.version, licence: origin.license, sha256 };
});
writeFileSync(join(out, "manifest.json"), `${JSON.stringify({ files: manifest }, null, 2)}\n`);
