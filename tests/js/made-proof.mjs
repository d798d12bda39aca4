// Makes whole proofs, from the event to the block, so that every finding can be seen to hold before it is broken.
import { secp256k1 } from '../../src/Provenance.Server/wwwroot/lib/noble/curves/secp256k1.mjs';
import {
  concat,
  fromHex,
  toBase64Url,
  toBigInt,
  toHex,
  utf8,
} from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { keccak256, sha256 } from '../../src/Provenance.Server/wwwroot/js/verify/hash.mjs';
import { canonicalBytes } from '../../src/Provenance.Server/wwwroot/js/verify/json.mjs';
import { KNOWN_CODE } from '../../src/Provenance.Server/wwwroot/js/verify/known-code.mjs';
import { digestOf, entryLeaf, leafHash } from '../../src/Provenance.Server/wwwroot/js/verify/log.mjs';
import { encode } from '../../src/Provenance.Server/wwwroot/js/verify/rlp.mjs';
import { checkpointToSign, submissionToSign, word } from '../../src/Provenance.Server/wwwroot/js/verify/signature.mjs';
import { secureTrie } from './secure-trie.mjs';

export const CHAIN_ID = 31_337_001;
export const CONTRACT = '0x7d2e0000000000000000000000000000000091af';
const [CODE] = KNOWN_CODE;
export const PARTY = '11'.repeat(32);
export const LEDGER_ID = toHex(keccak256(concat(word(CHAIN_ID), fromHex(CONTRACT.slice(2).padStart(64, '0')))));
export const BLOCK_TIME = 1_795_000_000;

export const LEDGER_KEY = fromHex('01'.repeat(32));
export const PARTY_KEY = fromHex('02'.repeat(32));

export const addressOf = (key) => '0x' + toHex(keccak256(secp256k1.getPublicKey(key, false).slice(1)).slice(12));

export function sign(hash, key) {
  const [recovery, ...rs] = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' });
  return '0x' + toHex(Uint8Array.from([...rs, 27 + recovery]));
}

const MUST = [
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
];

/** Fields of the event in the file, as `[pointer, stored JSON text]`. */
export const FIELDS = [
  ['/type', '"ObjectEvent"'],
  ['/action', '"OBSERVE"'],
  ['/eventTime', '"2026-06-19T08:32:00-05:00"'],
  ['/bizStep', '"shipping"'],
  ['/disposition', '"in_transit"'],
  ['/prov:productName', '"Finca El Mirador, washed Caturra"'],
  ['/prov:city', '"Cartagena"'],
  ['/quantityList/0/epcClass', '"https://id.gs1.org/01/09506000134352/10/L1"'],
  ['/quantityList/0/quantity', '1.50'],
  ['/ilmd/cbvmda:bestBeforeDate', '"2027-11-12"'],
];

export const disclosure = (pointer, raw, salt = new Uint8Array(16)) =>
  toBase64Url(utf8(`[${JSON.stringify(toBase64Url(salt))},${JSON.stringify(pointer)},${raw}]`));

export async function makeEvent(fields = FIELDS, hidden = []) {
  const digest = async (text) => toBase64Url(await sha256(utf8(text)));
  const all = [...fields, ...hidden].map(([pointer, raw]) => ({ pointer, text: disclosure(pointer, raw) }));
  const must = [];
  const sd = [];
  for (const { pointer, text } of all) (MUST.includes(pointer) ? must : sd).push(await digest(text));
  for (let n = 0; sd.length < 32; n++) sd.push(await digest(`decoy ${n}`));
  return {
    _must: must.sort(),
    _sd: sd.sort(),
    _sd_alg: 'sha-256',
    disclosures: all.slice(0, fields.length).map(({ text }) => text),
  };
}

/** Root of RFC 9162 and the path to one leaf, by the recursive definitions of §2.1.1 and §2.1.3.1. */
export async function tree(leaves, index) {
  if (leaves.length === 1) return { root: leaves[0], path: [] };
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const isLeft = index < split;
  const left = await tree(leaves.slice(0, split), isLeft ? index : 0);
  const right = await tree(leaves.slice(split), isLeft ? 0 : index - split);
  const root = await sha256(concat(Uint8Array.of(1), left.root, right.root));
  return { root, path: isLeft ? [...left.path, toHex(right.root)] : [...right.path, toHex(left.root)] };
}

const keySlot = (party, key) =>
  keccak256(concat(fromHex(key.slice(2).padStart(64, '0')), keccak256(concat(fromHex(party, 32), word(10)))));
const OPEN = (1n << 64n) - 1n;
export const keyValue = ({ from = 0n, until = OPEN, compromised = OPEN, status = 1n } = {}) =>
  from | (until << 64n) | (compromised << 128n) | (status << 192n);

/** Evidence of a contract whose storage is `slots`: `[slot bytes, bigint]`, zeros left out. */
export function makeAnchor(slots) {
  const minimal = (value) => fromHex(((h) => (h.length % 2 ? '0' + h : h))(value.toString(16)));
  const storage = secureTrie(
    slots.filter(([, value]) => value !== 0n).map(([slot, value]) => [slot, encode(minimal(value))]),
  );
  const address = fromHex(CONTRACT.slice(2));
  const account = encode([Uint8Array.of(1), new Uint8Array(), fromHex(storage.root), fromHex(CODE)]);
  const others = [1, 2, 3].map((n) => [fromHex(`0${n}`.repeat(20)), account]);
  const state = secureTrie([[address, account], ...others]);
  const header = Array.from({ length: 16 }, (_, i) =>
    i === 8 ? word(43_118_207).slice(29) : i === 11 ? word(BLOCK_TIME).slice(28) : word(i + 1),
  );
  header[3] = fromHex(state.root);
  const prefixed = (bytes) => '0x' + toHex(bytes);
  return {
    account: {
      balance: '0x',
      codeHash: CODE,
      nonce: 1,
      proof: state.proofOf(address).map(prefixed),
      storageHash: storage.root,
    },
    blockHash: toHex(keccak256(encode(header))),
    chainId: CHAIN_ID,
    contract: CONTRACT,
    header: header.map(prefixed),
    slots: slots
      .filter(([slot, value]) => value !== 0n || toBigInt(slot) < 5n)
      .map(([slot, value]) => ({
        proof: storage.proofOf(slot).map(prefixed),
        slot: toHex(slot),
        value: value.toString(16).padStart(64, '0'),
      }))
      .sort((a, b) => (a.slot < b.slot ? -1 : 1)),
  };
}

/** A proof of the fourth of seven entries, signed by its party as the second of its submission of three. */
export async function makeProof({
  event,
  size = 7,
  leafIndex = 3,
  partyKey = keyValue(),
  ledgerKey = keyValue(),
  recordedAt = '2026-11-18T11:00:00.000Z',
} = {}) {
  event ??= await makeEvent();
  const eventDigest = toHex(await sha256(canonicalBytes({ _must: event._must, _sd: event._sd, _sd_alg: 'sha-256' })));
  const signed = await tree(
    [await leafHash(word(1)), await leafHash(fromHex(eventDigest)), await leafHash(word(3))],
    1,
  );
  const submitted = { count: 3, firstSeq: 4, party: PARTY, root: toHex(signed.root) };
  const record = {
    ...submitted,
    signature: sign(submissionToSign(LEDGER_ID, submitted), PARTY_KEY),
    signer: addressOf(PARTY_KEY),
    v: 1,
  };
  const meta = {
    party: PARTY,
    recordedAt,
    salt: toBase64Url(new Uint8Array(16)),
    seq: 5,
    submission: await digestOf(record),
  };
  const entry = { eventDigest, meta: await digestOf(meta), v: 1 };
  const leaves = await Promise.all(
    Array.from({ length: size }, (_, i) => (i === leafIndex ? entryLeaf(entry) : leafHash(word(i)))),
  );
  const log = await tree(leaves, leafIndex);
  const head = { root: toHex(log.root), size };
  const anchor = makeAnchor([
    [word(1), BigInt('0x' + LEDGER_ID)],
    [word(2), 0n],
    [word(3), 0n],
    [word(4), 0n],
    [keccak256(concat(log.root, word(9))), BigInt(size) | (BigInt(BLOCK_TIME) << 64n)],
    [keySlot(LEDGER_ID, addressOf(LEDGER_KEY)), ledgerKey],
    [keySlot(PARTY, addressOf(PARTY_KEY)), partyKey],
  ]);
  return {
    anchor,
    entry,
    event,
    leafIndex,
    meta,
    ledgerId: LEDGER_ID,
    inclusion: log.path,
    checkpoint: {
      ...head,
      signature: sign(checkpointToSign(LEDGER_ID, head), LEDGER_KEY),
      signer: addressOf(LEDGER_KEY),
    },
    submission: { path: signed.path, record },
    v: 1,
  };
}
