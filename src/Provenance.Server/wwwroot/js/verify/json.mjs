// JSON as proofs need it: no white space, no member twice, no lone surrogate, one spelling (RFC 8785).
// The browser's own reader lets the last of two equal names win and takes any spacing; two verifiers could then see two proofs in one file.
import { Refused, textOf, utf8 } from './bytes.mjs';

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const DEEPEST = 64;

/** A number of an event: the text that was received, as 1.50 and 1.5 are committed to differently. */
export class StoredNumber {
  constructor(text) {
    this.text = text;
  }
}

class Reader {
  constructor(text, number) {
    this.text = text;
    this.number = number;
    this.at = 0;
  }

  value(depth = 0) {
    const first = this.text[this.at];
    if (depth === DEEPEST && (first === '{' || first === '[')) throw new Refused('not-json', 'nested too deeply');
    switch (first) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number(this.token(NUMBER));
    }
  }

  object(depth) {
    const members = Object.create(null);
    this.at++;
    if (this.took('}')) return members;
    do {
      const name = this.string();
      if (name in members) throw new Refused('member-twice', name);
      this.expect(':');
      members[name] = this.value(depth + 1);
    } while (this.took(','));
    this.expect('}');
    return members;
  }

  array(depth) {
    const elements = [];
    this.at++;
    if (this.took(']')) return elements;
    do elements.push(this.value(depth + 1));
    while (this.took(','));
    this.expect(']');
    return elements;
  }

  string() {
    const text = JSON.parse(this.token(STRING));
    if (LONE_SURROGATE.test(text)) throw new Refused('lone-surrogate');
    return text;
  }

  word(word, value) {
    if (!this.text.startsWith(word, this.at)) throw new Refused('not-json', `at ${this.at}`);
    this.at += word.length;
    return value;
  }

  token(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) throw new Refused('not-json', `at ${this.at}`);
    this.at = pattern.lastIndex;
    return match[0];
  }

  took(char) {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  expect(char) {
    if (!this.took(char)) throw new Refused('not-json', `at ${this.at}`);
  }
}

function readWhole(text, number) {
  const reader = new Reader(text, number);
  const value = reader.value();
  if (reader.at !== text.length) throw new Refused('not-json', `text goes on at ${reader.at}`);
  return value;
}

/** A value of an event: compact, its numbers kept as the text that was received. */
export const readStored = (text) =>
  readWhole(text, (token) => {
    if (!Number.isFinite(Number(token))) throw new Refused('number-too-big', token);
    return new StoredNumber(token);
  });

/** A file of ours: canonical to the byte, its numbers integers below 2^53. Objects have no prototype. */
export function readCanonical(bytes) {
  const text = textOf(bytes);
  const value = readWhole(text, (token) => {
    const number = Number(token);
    if (!/^-?[0-9]+$/.test(token) || !Number.isSafeInteger(number)) throw new Refused('not-an-integer', token);
    return number;
  });
  if (canonical(value) !== text) throw new Refused('not-canonical');
  return value;
}

/** RFC 8785 text of strings, booleans, null, integers, arrays and objects: names in order of their UTF-16 code units. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

export const canonicalBytes = (value) => utf8(canonical(value));
