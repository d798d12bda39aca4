// How far the outlines drawn on a sheet are from where they should be: node find-outlines.mjs FILE.png DPI '[{"x":0,"y":0,"w":62,"h":40}, …]' (millimetres).
// Prints, for each edge of each cell, the distance in millimetres from there to the nearest dark line.
import fs from 'node:fs';
import { PNG } from 'pngjs';

const [file, dpi, cells] = process.argv.slice(2);
const sheet = PNG.sync.read(fs.readFileSync(file));
const pixels = Number(dpi) / 25.4;
const REACH = Math.ceil(3 * pixels);

const isDark = (x, y) =>
  x >= 0 && y >= 0 && x < sheet.width && y < sheet.height && sheet.data[(y * sheet.width + x) * 4] < 160;

function distance(x, y, isVertical) {
  const [px, py] = [Math.round(x * pixels), Math.round(y * pixels)];
  for (let away = 0; away <= REACH; away++) {
    if ([away, -away].some((d) => (isVertical ? isDark(px + d, py) : isDark(px, py + d)))) return away / pixels;
  }
  return REACH;
}

// A third of the way along each edge: away from corners, from the ruler and from its ticks.
const edges = JSON.parse(cells).flatMap(({ x, y, w, h }) => [
  distance(x, y + h / 3, true),
  distance(x + w, y + h / 3, true),
  distance(x + w / 3, y, false),
  distance(x + w / 3, y + h, false),
]);
process.stdout.write(JSON.stringify(edges));
