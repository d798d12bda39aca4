// RLP, strict: one encoding for a value (Ethereum yellow paper, appendix B).
import { Refused, concat } from './bytes.mjs';

/** Encoding of bytes or, nested, of a list. */
export function encode(item) {
  if (!Array.isArray(item)) return item.length === 1 && item[0] < 0x80 ? item : concat(head(0x80, item.length), item);
  const payload = concat(...item.map(encode));
  return concat(head(0xc0, payload.length), payload);
}

function head(offset, length) {
  if (length < 56) return Uint8Array.of(offset + length);
  const digits = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(offset + 55 + digits.length, ...digits);
}

/** The one item that the bytes encode: bytes, or an array of items. */
export function decode(bytes) {
  const { item, end } = decodeAt(bytes, 0);
  if (end !== bytes.length) throw new Refused('rlp', 'bytes after the end');
  return item;
}

function decodeAt(bytes, at) {
  const first = bytes[at];
  if (first === undefined) throw new Refused('rlp', 'too short');
  if (first < 0x80) return { item: bytes.slice(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const { start, end } = payloadOf(bytes, at, isList ? 0xc0 : 0x80);
  if (!isList) {
    const item = bytes.slice(start, end);
    if (item.length === 1 && item[0] < 0x80) throw new Refused('rlp', 'longer than needed');
    return { item, end };
  }
  const items = [];
  for (let next = start; next < end;) {
    const element = decodeAt(bytes.subarray(0, end), next);
    items.push(element.item);
    next = element.end;
  }
  return { item: items, end };
}

function payloadOf(bytes, at, offset) {
  const short = bytes[at] - offset;
  if (short < 56) return within(bytes, at + 1, short);
  const digits = bytes.subarray(at + 1, at + 1 + short - 55);
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (digits.length < short - 55 || digits[0] === 0 || length < 56) throw new Refused('rlp', 'length');
  return within(bytes, at + 1 + digits.length, length);
}

function within(bytes, start, length) {
  if (start + length > bytes.length) throw new Refused('rlp', 'too short');
  return { start, end: start + length };
}
