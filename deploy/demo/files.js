'use strict';
// A photo and a certificate, made here so that nothing has to be downloaded: a bag of coffee drawn into a PNG, a page of text in a PDF.
const zlib = require('node:zlib');

const WIDTH = 640;
const HEIGHT = 800;

const lerp = (from, to, t) => from.map((value, i) => Math.round(value + (to[i] - value) * t));
const isWithin = (x, y, left, top, right, bottom) => x >= left && x < right && y >= top && y < bottom;

/** Whether a point lies in a coffee bean: an ellipse, tilted. */
function bean(x, y, cx, cy, tilt) {
  const [dx, dy] = [x - cx, y - cy];
  const [u, v] = [dx * Math.cos(tilt) + dy * Math.sin(tilt), dy * Math.cos(tilt) - dx * Math.sin(tilt)];
  const isInside = (u / 34) ** 2 + (v / 23) ** 2 < 1;
  return { isInside, isCrease: isInside && Math.abs(v - 5 * Math.sin(u / 12)) < 2.6 };
}

const BEANS = [
  [282, 500, 0.6],
  [352, 492, -0.5],
  [318, 548, 0.1],
];

/** Colour of a pixel: a kraft paper bag with a label, on a table before a wall. */
function colour(x, y) {
  const side = 0.5 + (x - WIDTH / 2) / 340;
  if (isWithin(x, y, 150, 120, 490, 710)) {
    const paper = lerp([202, 160, 112], [150, 110, 70], Math.abs(side - 0.35) * 1.3);
    if (y < 172) {
      return y % 13 < 2 ? lerp(paper, [90, 62, 38], 0.35) : lerp(paper, [255, 240, 215], 0.12); // the folded top
    }
    if (isWithin(x, y, 196, 268, 444, 610)) {
      const label = lerp([250, 246, 236], [226, 219, 204], Math.abs(side - 0.4));
      for (const [cx, cy, tilt] of BEANS) {
        const { isInside, isCrease } = bean(x, y, cx, cy, tilt);
        if (isInside) {
          return isCrease ? [52, 30, 20] : lerp([124, 78, 48], [84, 50, 32], (y - cy + 24) / 48);
        }
      }
      const isTitle = isWithin(x, y, 226, 312, 414, 330) || isWithin(x, y, 258, 346, 382, 356);
      const isRule = isWithin(x, y, 226, 386, 414, 389) || isWithin(x, y, 226, 424, 414, 427);
      return isTitle ? [44, 62, 52] : isRule ? [178, 120, 62] : label;
    }
    return paper;
  }
  const shadow = y > 640 ? Math.max(0, 1 - Math.hypot((x - 330) / 260, (y - 712) / 46)) : 0;
  const ground =
    y > 640 ? lerp([196, 186, 172], [168, 156, 140], (y - 640) / 160) : lerp([232, 228, 220], [212, 206, 196], y / 640);
  return lerp(ground, [88, 76, 64], shadow * 0.8);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  }
  return ~crc >>> 0;
}

function chunk(type, content) {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG that also says where it was taken, as cameras' files do. */
function photo() {
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    at++; // no filter
    for (let x = 0; x < WIDTH; x++) {
      for (const value of colour(x, y)) {
        rows[at++] = value;
      }
    }
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('Comment\0Taken at 48.30694 N, 14.28583 E, by the phone of Anna Huber', 'latin1')),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A PDF of one page with these lines. */
function certificate(...lines) {
  const text = lines
    .map((line, i) => `1 0 0 1 72 ${720 - 36 * i} Tm (${line.replace(/[\\()]/g, '\\$&')}) Tj`)
    .join('\n');
  const content = `BT /F1 20 Tf\n${text}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let file = '%PDF-1.4\n';
  const starts = objects.map((object, i) => {
    const start = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

module.exports = { photo, certificate };
