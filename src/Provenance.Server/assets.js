// Copies what the pages need of the npm packages into wwwroot/lib: runs after `npm install`, so that no page asks a third party for anything.
// Browsers resolve no bare package names, so modules get relative imports on the way.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { worldOf } = require('./Pages/Map/world.js');

const packages = path.join(__dirname, '..', '..', 'node_modules');
const lib = path.join(__dirname, 'wwwroot', 'lib');

/** Files as they are: package file → name in wwwroot/lib. */
const FILES = {
  '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2': 'fonts/inter.woff2',
  '@fontsource-variable/inter/LICENSE': 'fonts/inter-LICENSE.txt',
  '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2': 'fonts/source-serif-4.woff2',
  '@fontsource-variable/source-serif-4/LICENSE': 'fonts/source-serif-4-LICENSE.txt',
  '@noble/curves/LICENSE': 'noble/curves/LICENSE.txt',
  '@noble/hashes/LICENSE': 'noble/hashes/LICENSE.txt',
  'pdf-lib/dist/pdf-lib.esm.min.js': 'pdf-lib/pdf-lib.mjs', // all it needs is in this one file
  'pdf-lib/LICENSE.md': 'pdf-lib/LICENSE.md',
  'world-atlas/LICENSE': 'world-LICENSE.txt',
  'zxing-wasm/LICENSE': 'zxing/LICENSE.txt',
  'zxing-wasm/dist/es/share.js': 'zxing/share.js',
  'zxing-wasm/dist/es/reader/index.js': 'zxing/reader/index.js',
  'zxing-wasm/dist/reader/zxing_reader.wasm': 'zxing/reader.wasm',
};

/** Modules that the verifier imports; what they import comes along. */
const MODULES = ['@noble/curves/secp256k1.js', '@noble/hashes/sha3.js'];

/** More than half of these modules is documentation, which no phone needs to fetch. */
const COMMENT_LINES = /^[ \t]*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)[ \t]*\n/gm;
const IMPORT = /^((?:import|export)\b[^;'"]*\bfrom\s*)(['"])([^'"]+)\2/gm;

const placeOf = (module) => module.replace('@noble/', 'noble/').replace(/\.js$/, '.mjs');

function copy(from, to) {
  fs.mkdirSync(path.dirname(path.join(lib, to)), { recursive: true });
  fs.copyFileSync(path.join(packages, from), path.join(lib, to));
}

function copyModule(module, copied) {
  if (copied.has(module)) return;
  copied.add(module);
  const source = fs.readFileSync(path.join(packages, module), 'utf8');
  const text = source.replace(COMMENT_LINES, '').replace(IMPORT, (_, start, quote, name) => {
    const imported = name.startsWith('.') ? path.posix.join(path.posix.dirname(module), name) : name;
    copyModule(imported, copied);
    const target = path.posix.relative(path.posix.dirname(placeOf(module)), placeOf(imported));
    return `${start}${quote}${target.startsWith('.') ? target : './' + target}${quote}`;
  });
  const place = path.join(lib, placeOf(module));
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, text);
}

fs.rmSync(lib, { recursive: true, force: true });
for (const [from, to] of Object.entries(FILES)) copy(from, to);
const copied = new Set();
for (const module of MODULES) copyModule(module, copied);

const atlas = JSON.parse(fs.readFileSync(path.join(packages, 'world-atlas/countries-110m.json'), 'utf8'));
fs.writeFileSync(path.join(lib, 'world.json'), JSON.stringify(worldOf(atlas)));
