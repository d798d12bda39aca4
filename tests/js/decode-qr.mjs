// Prints what a phone would read from a PNG: node decode-qr.mjs FILE
import fs from 'node:fs';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

const { data, width, height } = PNG.sync.read(fs.readFileSync(process.argv[2]));
const code = (jsqr.default ?? jsqr)(new Uint8ClampedArray(data), width, height);
if (!code) throw new Error('no code found');
process.stdout.write(code.data);
