// Bundles are ZIP archives whose members are stored, not compressed. Anything that could show two readers two archives is refused:
// gaps, members twice, headers that differ between a member and the directory, comments, extra fields.
import { Refused, textOf } from './bytes.mjs';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const UTF8_NAMES = 0x0800;

export const isZip = (bytes) => bytes.length > 4 && view(bytes).getUint32(0, true) === LOCAL;

const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Members by name, as bytes. */
export function readZip(bytes) {
  const data = view(bytes);
  const end = bytes.length - END_SIZE;
  if (end < 0 || data.getUint32(end, true) !== END || data.getUint16(end + 20, true) !== 0)
    refuse('no end, or a comment');
  const count = data.getUint16(end + 10, true);
  const size = data.getUint32(end + 12, true);
  let central = data.getUint32(end + 16, true);
  const onlyDisk = data.getUint32(end + 4, true) === 0 && data.getUint16(end + 8, true) === count;
  if (!onlyDisk || central + size !== end) refuse('gap before the end');

  const members = new Map();
  let next = 0;
  for (let i = 0; i < count; i++) {
    const entry = readCentral(bytes, data, central);
    if (entry.offset !== next) refuse('gap between members');
    if (members.has(entry.name)) refuse(`two members named ${entry.name}`);
    const start = checkLocal(bytes, data, entry);
    next = start + entry.size;
    const content = bytes.subarray(start, next);
    if (content.length !== entry.size || crc32(content) !== entry.crc) refuse(`${entry.name} is damaged`);
    members.set(entry.name, content);
    central += CENTRAL_SIZE + entry.nameLength;
  }
  if (next !== data.getUint32(end + 16, true) || central !== end) refuse('gap in the directory');
  return members;
}

function readCentral(bytes, data, at) {
  if (at + CENTRAL_SIZE > bytes.length || data.getUint32(at, true) !== CENTRAL) refuse('directory');
  const nameLength = data.getUint16(at + 28, true);
  const size = data.getUint32(at + 24, true);
  if (data.getUint16(at + 10, true) !== 0 || data.getUint32(at + 20, true) !== size) refuse('compressed members');
  if (data.getUint32(at + 30, true) !== 0 || data.getUint16(at + 34, true) !== 0) refuse('extra fields or comments');
  if ((data.getUint16(at + 8, true) & ~UTF8_NAMES) !== 0) refuse('flags');
  const name = textOf(bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength));
  return { at, name, nameLength, size, crc: data.getUint32(at + 16, true), offset: data.getUint32(at + 42, true) };
}

/** Where the member's bytes begin; its own header must say what the directory says. */
function checkLocal(bytes, data, { at, name, nameLength, offset }) {
  if (offset + LOCAL_SIZE > bytes.length || data.getUint32(offset, true) !== LOCAL) refuse('member header');
  // version, flags, method, time, date, crc, sizes and name length stand in the same order in both headers
  for (let i = 0; i < 24; i += 2) {
    if (data.getUint16(offset + 4 + i, true) !== data.getUint16(at + 6 + i, true))
      refuse(`${name} has two different headers`);
  }
  if (data.getUint16(offset + 28, true) !== 0) refuse('extra fields');
  const start = offset + LOCAL_SIZE + nameLength;
  if (textOf(bytes.subarray(offset + LOCAL_SIZE, start)) !== name) refuse(`${name} has two names`);
  return start;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function refuse(what) {
  throw new Refused('zip', what);
}
