// What a phone reads from each label of a printed sheet, and where: node decode-labels.mjs FILE.png DPI '[{"x":0,"y":0,"w":62,"h":40}, …]' (millimetres).
// Prints a list of {data, x, y, module}: the code's top left corner on the paper and the side of its modules, in millimetres; null where there is none.
import fs from 'node:fs';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

const [file, dpi, cells] = process.argv.slice(2);
const sheet = PNG.sync.read(fs.readFileSync(file));
const pixels = Number(dpi) / 25.4;

function read({ x, y, w, h }) {
  const [left, top, width, height] = [x, y, w, h].map((length) => Math.round(length * pixels));
  const cell = new PNG({ width, height });
  PNG.bitblt(sheet, cell, left, top, Math.min(width, sheet.width - left), Math.min(height, sheet.height - top), 0, 0);
  const code = (jsqr.default ?? jsqr)(new Uint8ClampedArray(cell.data), width, height);
  if (!code) return null;
  const corner = code.location.topLeftCorner;
  const modules = code.version * 4 + 17;
  const side = Math.hypot(code.location.topRightCorner.x - corner.x, code.location.topRightCorner.y - corner.y);
  return {
    data: code.data,
    x: (left + corner.x) / pixels,
    y: (top + corner.y) / pixels,
    module: side / modules / pixels,
  };
}

process.stdout.write(JSON.stringify(JSON.parse(cells).map(read)));
