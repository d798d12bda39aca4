// Disclosures of an event and its digest (design §3, after RFC 9901).
import { Refused, fromBase64Url, textOf, toBase64Url, toHex, utf8 } from './bytes.mjs';
import { sha256 } from './hash.mjs';
import { canonicalBytes, readStored } from './json.mjs';

/** Fields that could reverse the meaning of the others: none of them may be left out. */
const MUST = new Set([
  '/type',
  '/action',
  '/eventTime',
  '/bizStep',
  '/disposition',
  '/persistentDisposition',
  '/errorDeclaration/declarationTime',
  '/errorDeclaration/reason',
  '/prov:timePrecision',
  '/prov:basis',
]);

const BY_MEMBER = new Set(['ilmd', 'errorDeclaration']);
const QUANTITY_LISTS = new Set(['quantityList', 'childQuantityList', 'inputQuantityList', 'outputQuantityList']);
const SALT_LENGTH = 22;
const FEWEST_SD = 32;

/**
 * Digest of the event (bytes) and the disclosed fields by pointer: `{raw, value}`, raw being the stored JSON text.
 * Throws Refused where Content does not hold.
 */
export async function openEvent(event) {
  checkLists(event);
  const must = new Set(event._must);
  const sd = new Set(event._sd);
  const fields = new Map();
  for (const text of event.disclosures) {
    const { pointer, segments, raw, value } = readDisclosure(text);
    checkShape(segments, raw);
    const digest = toBase64Url(await sha256(utf8(text)));
    if (!(MUST.has(pointer) ? must : sd).delete(digest)) {
      throw new Refused(must.has(digest) || sd.has(digest) ? 'wrong-list' : 'field-not-committed', pointer);
    }
    addUnlessNested(fields, pointer, { raw, value });
  }
  if (must.size > 0) throw new Refused('meaning-left-out', `${must.size} of the fields that must be shown`);
  const digest = await sha256(canonicalBytes({ _must: event._must, _sd: event._sd, _sd_alg: event._sd_alg }));
  return { digest: toHex(digest), fields, hidden: sd.size };
}

function checkLists({ _must, _sd, _sd_alg }) {
  if (_sd_alg !== 'sha-256') throw new Refused('unknown-hash', _sd_alg);
  for (const list of [_must, _sd]) {
    for (let i = 1; i < list.length; i++) if (!(list[i - 1] < list[i])) throw new Refused('digests-not-ascending');
  }
  const inMust = new Set(_must);
  if (_sd.some((digest) => inMust.has(digest))) throw new Refused('wrong-list', 'a digest is in both lists');
  if (_sd.length < FEWEST_SD || (_sd.length & (_sd.length - 1)) !== 0)
    throw new Refused('digest-count', String(_sd.length));
}

/** `[salt,pointer,value]` without spaces; salt and pointer are JCS strings, the value stays as it was received. */
function readDisclosure(text) {
  const json = textOf(fromBase64Url(text));
  const parts = readStored(json);
  if (!Array.isArray(parts) || parts.length !== 3) throw new Refused('disclosure-form', 'not three elements');
  const [salt, pointer, value] = parts;
  if (typeof salt !== 'string' || salt.length !== SALT_LENGTH) throw new Refused('disclosure-form', 'salt');
  fromBase64Url(salt);
  if (typeof pointer !== 'string') throw new Refused('disclosure-form', 'pointer');
  const start = `[${JSON.stringify(salt)},${JSON.stringify(pointer)},`;
  if (!json.startsWith(start)) throw new Refused('disclosure-form', 'salt or pointer not canonical');
  return { pointer, segments: segmentsOf(pointer), raw: json.slice(start.length, -1), value };
}

/** Reference tokens of a JSON Pointer (RFC 6901), which has one spelling. */
function segmentsOf(pointer) {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) throw new Refused('pointer-shape', pointer);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Each value has one prescribed way of being cut up; any other would let one field be shown in two guises. */
function checkShape(segments, raw) {
  const [name, second] = segments;
  const isWholeObject = raw.startsWith('{') && raw !== '{}';
  const isWholeList = raw.startsWith('[') && raw !== '[]';
  const isIndex = /^(?:0|[1-9][0-9]{0,6})$/.test(second ?? '');
  const ofQuantities = QUANTITY_LISTS.has(name);
  const prescribed = [
    () => (BY_MEMBER.has(name) ? !isWholeObject : name === '@context' || !isWholeList),
    () => BY_MEMBER.has(name) || (name !== '@context' && isIndex && !(ofQuantities && isWholeObject)),
    () => ofQuantities && isIndex,
  ][segments.length - 1];
  if (!prescribed?.()) throw new Refused('pointer-shape', segments.join('/'));
}

function addUnlessNested(fields, pointer, field) {
  for (const other of fields.keys()) {
    if (other === pointer || other.startsWith(pointer + '/') || pointer.startsWith(other + '/'))
      throw new Refused('field-twice', pointer);
  }
  fields.set(pointer, field);
}
