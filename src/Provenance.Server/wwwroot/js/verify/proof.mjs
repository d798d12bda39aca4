// The proof file (application/vnd.provenance.proof+json, v1): exactly these members, each exactly of its form.
import { Refused, fromBase64Url, fromHex, fromPrefixedHex } from './bytes.mjs';
import { readCanonical } from './json.mjs';

/**
 * Reads a proof file's bytes; throws Refused unless it is of the format to the last byte.
 * `anchorBytes`: the anchor, where it is in a file of its own, as in bundles.
 */
export function readProof(bytes, anchorBytes = null) {
  const proof = readCanonical(bytes);
  PROOF(proof, 'proof');
  if (anchorBytes === null) return proof;
  if (proof.anchor !== null) throw new Refused('form', 'two anchors');
  const anchor = readCanonical(anchorBytes);
  ANCHOR(anchor, 'anchor');
  return { ...proof, anchor };
}

const refuse = (at, what) => {
  throw new Refused('form', `${at} ${what}`);
};

const record = (forms) => (value, at) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuse(at, 'is not an object');
  for (const name of Object.keys(value)) if (!(name in forms)) refuse(`${at}.${name}`, 'is not a member of the format');
  for (const [name, form] of Object.entries(forms)) {
    if (!(name in value)) refuse(`${at}.${name}`, 'is missing');
    form(value[name], `${at}.${name}`);
  }
};

const listOf = (form) => (value, at) => {
  if (!Array.isArray(value)) refuse(at, 'is not a list');
  value.forEach((element, i) => form(element, `${at}[${i}]`));
};

const orNull = (form) => (value, at) => value === null || form(value, at);
const exactly = (wanted) => (value, at) => value === wanted || refuse(at, `is not ${wanted}`);
const text = (value, at) => typeof value === 'string' || refuse(at, 'is not a text');
const spelled = (decode) => (value, at) => {
  try {
    decode(value);
  } catch {
    refuse(at, 'is not spelled as prescribed');
  }
};

const count = (value, at) => (Number.isSafeInteger(value) && value >= 0) || refuse(at, 'is not a count');
const positive = (value, at) => (Number.isSafeInteger(value) && value > 0) || refuse(at, 'is not a positive count');
const hash = spelled((value) => fromHex(value, 32));
const prefixed = (length) => spelled((value) => fromPrefixedHex(value, length));
const base64Url = (length) =>
  spelled((value) => {
    if (fromBase64Url(value).length !== length) throw new Refused('wrong-length');
  });

const time = (value, at) => {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? new Date(value) : null;
  if (!parsed || Number.isNaN(parsed.getTime()) || parsed.toISOString() !== value)
    refuse(at, 'is not a UTC time with milliseconds');
};

const ANCHOR = record({
  account: record({ balance: prefixed(), codeHash: hash, nonce: count, proof: listOf(prefixed()), storageHash: hash }),
  blockHash: hash,
  chainId: positive,
  contract: prefixed(20),
  header: listOf(prefixed()),
  slots: listOf(record({ proof: listOf(prefixed()), slot: hash, value: hash })),
});

const PROOF = record({
  anchor: orNull(ANCHOR),
  checkpoint: record({ root: hash, signature: prefixed(65), signer: prefixed(20), size: positive }),
  entry: record({ eventDigest: hash, meta: hash, v: exactly(1) }),
  event: record({ _must: listOf(base64Url(32)), _sd: listOf(base64Url(32)), _sd_alg: text, disclosures: listOf(text) }),
  inclusion: listOf(hash),
  leafIndex: count,
  ledgerId: hash,
  meta: orNull(record({ party: hash, recordedAt: time, salt: base64Url(16), seq: positive, submission: orNull(hash) })),
  submission: orNull(
    record({
      path: listOf(hash),
      record: record({
        count: positive,
        firstSeq: positive,
        party: hash,
        root: hash,
        signature: prefixed(65),
        signer: prefixed(20),
        v: exactly(1),
      }),
    }),
  ),
  v: exactly(1),
});
