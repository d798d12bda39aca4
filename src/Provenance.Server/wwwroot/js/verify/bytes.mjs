// Bytes and their two spellings. Both readers accept exactly one text for a value, so that no proof has two forms.

/** What a reader throws for input that is not exactly of the format. `code` is stable, `detail` is for people who look closely. */
export class Refused extends Error {
  constructor(code, detail = '') {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.detail = detail;
  }
}

export const utf8 = (text) => new TextEncoder().encode(text);

/** Text of UTF-8 bytes; malformed sequences are refused, a byte order mark is kept (and so refused by the JSON reader). */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('not-utf8');
  }
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of lower-case hex without prefix; `length` in bytes where it is fixed. */
export function fromHex(text, length) {
  if (typeof text !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(text))
    throw new Refused('not-hex', String(text).slice(0, 80));
  if (length !== undefined && text.length !== length * 2)
    throw new Refused('wrong-length', `${text.length / 2} bytes, not ${length}`);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(i * 2, i * 2 + 2), 16));
}

/** Bytes of lower-case hex with the prefix `0x`, as Ethereum's values are written. */
export function fromPrefixedHex(text, length) {
  if (typeof text !== 'string' || !text.startsWith('0x')) throw new Refused('not-hex', String(text).slice(0, 80));
  return fromHex(text.slice(2), length);
}

export function toBase64Url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Bytes of unpadded base64url; unused bits at the end must be zero. */
export function fromBase64Url(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1)
    throw new Refused('not-base64url');
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  if (toBase64Url(bytes) !== text) throw new Refused('not-base64url', 'not the canonical spelling');
  return bytes;
}

/** Unsigned big-endian integer. */
export const toBigInt = (bytes) => (bytes.length === 0 ? 0n : BigInt('0x' + toHex(bytes)));
