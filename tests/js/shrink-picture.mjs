// Writes a PNG again with at most 64 colours: the usual ones as they are, every other as the nearest of those.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import pngjs from 'pngjs';

const MOST = 64;

const file = process.argv[2];
const { width, height, data } = pngjs.PNG.sync.read(readFileSync(file));
const colours = new Map();
const at = (i) => (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2];
for (let i = 0; i < width * height; i++) colours.set(at(i), (colours.get(at(i)) ?? 0) + 1);
const palette = [...colours]
  .sort(([, one], [, other]) => other - one)
  .slice(0, MOST)
  .map(([colour]) => colour);

const places = new Map(palette.map((colour, place) => [colour, place]));
const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
const distance = (one, other) => parts(one).reduce((sum, part, i) => sum + (part - parts(other)[i]) ** 2, 0);
function placeOf(colour) {
  if (!places.has(colour)) {
    let best = 0;
    for (let place = 1; place < palette.length; place++)
      if (distance(colour, palette[place]) < distance(colour, palette[best])) best = place;
    places.set(colour, best);
  }
  return places.get(colour);
}

const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter: none
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = placeOf(at(y * width + x));

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

const head = Buffer.alloc(13);
head.writeUInt32BE(width);
head.writeUInt32BE(height, 4);
head.set([8, 3], 8); // 8 bits, of a palette
writeFileSync(
  file,
  Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flatMap(parts))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]),
);
