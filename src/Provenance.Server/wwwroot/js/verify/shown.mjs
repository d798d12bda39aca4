// Holds what a page shows against what a proof discloses.
import { StoredNumber } from './json.mjs';

/**
 * Null when the disclosed fields have exactly `shown` at the pointer; else `{is}`, the value there, undefined when nothing is disclosed.
 * A pointer may lead deeper than the disclosure that holds it.
 */
export function differenceFrom(fields, pointer, shown) {
  const is = textAt(fields, pointer);
  return is === shown ? null : { is };
}

function textAt(fields, pointer) {
  for (const [disclosed, { raw, value }] of fields) {
    if (disclosed === pointer) return typeof value === 'string' ? value : raw;
    if (pointer.startsWith(disclosed + '/'))
      return textOf(within(value, pointer.slice(disclosed.length + 1).split('/')));
  }
  return undefined;
}

function within(value, segments) {
  for (const segment of segments) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** As the server spells a value: the text of a string, the stored token of a number or a word. */
function textOf(value) {
  if (value === undefined || typeof value === 'string') return value;
  return value instanceof StoredNumber ? value.text : String(value);
}
