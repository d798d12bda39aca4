// Draws a bar code for a camera or a scanner to read: node draw-code.mjs FORMAT OPTIONS TEXT FILE.png|FILE.y4m
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PNG } from 'pngjs';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

const [WIDTH, HEIGHT, SIDE] = [640, 480, 420];
const FRAMES = 10;

const [format, options, text, file] = process.argv.slice(2);
const wasm = path.join(
  path.dirname(createRequire(import.meta.url).resolve('zxing-wasm')),
  '../../writer/zxing_writer.wasm',
);
prepareZXingModule({ overrides: { wasmBinary: fs.readFileSync(wasm).buffer } });
const { symbol, error } = await writeBarcode(text, { format, options });
if (error) throw new Error(error);

/** Brightness of each pixel: the symbol in the middle of something light grey, as a label before a camera. */
const pixels = new Uint8Array(WIDTH * HEIGHT).fill(235);
const flat = symbol.height < 5 ? 160 : 0; // bars are one row high
const scale = Math.floor(Math.min((WIDTH - 60) / symbol.width, flat ? Infinity : SIDE / symbol.height));
const [width, height] = [symbol.width * scale, flat || symbol.height * scale];
const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1];
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++) {
    const at = (flat ? 0 : Math.floor(y / scale)) * symbol.width + Math.floor(x / scale);
    pixels[(top + y) * WIDTH + left + x] = symbol.data[at] ? 235 : 16;
  }

if (file.endsWith('.png')) {
  const png = new PNG({ width: WIDTH, height: HEIGHT });
  pixels.forEach((light, i) => png.data.set([light, light, light, 255], i * 4));
  fs.writeFileSync(file, PNG.sync.write(png));
} else {
  // YUV4MPEG2, colourless: what Chromium takes for a camera.
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), pixels, colour]);
  fs.writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`), ...Array(FRAMES).fill(frame)]),
  );
}
