/**
 * Makes what others wrote and our pages use: for each `vendor/NAME.d.ts`, which says what of which packages, one module
 * `vendor/NAME.js`, their styles, if they have any, in `vendor/NAME.css`, and their licences in `vendor/NAME.LICENSE`. It takes the packages that package-lock.json names, and
 * the same packages always make the same files, which a test compares.
 */

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = fileURLToPath(new URL('.', import.meta.url));
const folder = join(web, 'vendor');

/**
 * What the files are to hold, by their names.
 *
 * @returns {Promise<Map<string, string>>}
 */
export async function vendored() {
  const files = new Map();
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.d.ts')).sort()) {
    const { parts, licences } = await bundle(name);
    for (const { path, text } of parts) files.set(`${basename(name, '.d.ts')}${extname(path)}`, text);
    files.set(`${basename(name, '.d.ts')}.LICENSE`, licences);
  }
  return files;
}

/** @param {string} name */
async function bundle(name) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: await readFile(join(folder, name), 'utf8'), resolveDir: web },
    absWorkingDir: web,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'eof',
    metafile: true,
    outdir: folder,
    write: false,
  });
  return { parts: outputFiles, licences: await licencesOf(Object.keys(metafile.inputs)) };
}

/** @param {string[]} inputs paths of the bundled modules */
async function licencesOf(inputs) {
  const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter((name) => name !== undefined));
  const texts = [...packages].sort().map(async (name) => {
    const read = (/** @type {string} */ file) => readFile(join(web, 'node_modules', name, file), 'utf8');
    const { version } = JSON.parse(await read('package.json'));
    return `${name} ${version}\n\n${await read('LICENSE')}`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await vendored()) await writeFile(join(folder, name), text);
}
