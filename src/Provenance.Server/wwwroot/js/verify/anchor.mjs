// Evidence that a contract on a chain holds a root: block header, account and storage proofs (design §3, Anchor).
import { Refused, concat, fromHex, fromPrefixedHex, toBigInt, toHex } from './bytes.mjs';
import { keccak256 } from './hash.mjs';
import { decode, encode } from './rlp.mjs';
import { word } from './signature.mjs';
import { readTrie } from './trie.mjs';

// Storage layout of ProvenanceLedger.sol; the contract's own tests hold it in place.
const LEDGER_ID = 1;
const PREDECESSOR_CHAIN = 2;
// One proof of absence holds for many neighbouring slots, so an empty one counts only where it is asked for by its number.
const ALWAYS = [LEDGER_ID, PREDECESSOR_CHAIN, 3, 4].map((slot) => toHex(word(slot))); // 3 and 4: predecessor and start
const CHECKPOINTS = 9;
const KEYS = 10;
// Fields of a block header (Ethereum yellow paper §4.3).
const STATE_ROOT = 3;
const NUMBER = 8;
const TIMESTAMP = 11;
const FEWEST_FIELDS = 15;
const MOST_FIELDS = 64;

const UINT64 = (1n << 64n) - 1n;
const part = (value, n) => (value >> BigInt(64 * n)) & UINT64;

/**
 * What the evidence proves of the contract at that block, if the block is one of the chain:
 * `{chainId, contract, blockHash, block, time, codeHash, ledgerId, isFirst, isSuccessor, checkpointOf(root), keyOf(party, address)}`.
 * Throws Refused where it proves nothing.
 */
export function readAnchor(anchor) {
  const header = anchor.header.map((field) => fromPrefixedHex(field));
  if (header.length < FEWEST_FIELDS || header.length > MOST_FIELDS)
    throw new Refused('anchor-header', 'number of fields');
  for (const number of [header[NUMBER], header[TIMESTAMP]]) {
    if (number.length > 6 || number[0] === 0) throw new Refused('anchor-header', 'number or time of the block');
  }
  if (toHex(keccak256(encode(header))) !== anchor.blockHash)
    throw new Refused('anchor-header', 'not the block of that hash');
  checkAccount(anchor, toHex(header[STATE_ROOT]));
  const values = provenSlots(anchor);

  const missing = ALWAYS.find((slot) => !values.has(slot));
  if (missing) throw new Refused('anchor-slots', `slot ${missing} is missing`);
  // Of mappings, what the evidence does not say is not there: no checkpoint, no key.
  const at = (slot) => values.get(toHex(slot)) ?? 0n;
  const ledgerId = at(word(LEDGER_ID)).toString(16).padStart(64, '0');
  const own = toHex(keccak256(concat(word(anchor.chainId), fromHex(anchor.contract.slice(2).padStart(64, '0')))));
  return {
    chainId: anchor.chainId,
    contract: anchor.contract,
    blockHash: anchor.blockHash,
    block: Number(toBigInt(header[NUMBER])),
    time: Number(toBigInt(header[TIMESTAMP])),
    codeHash: anchor.account.codeHash,
    ledgerId,
    isFirst: ledgerId === own,
    isSuccessor: at(word(PREDECESSOR_CHAIN)) !== 0n,
    checkpointOf: (root) => readCheckpoint(at(keccak256(concat(fromHex(root, 32), word(CHECKPOINTS))))),
    keyOf: (party, key) => readKey(at(keySlot(party, key))),
  };
}

function checkAccount(anchor, stateRoot) {
  const { nonce, balance, storageHash, codeHash, proof } = anchor.account;
  const expected = encode([trimmed(nonce), fromPrefixedHex(balance), fromHex(storageHash, 32), fromHex(codeHash, 32)]);
  const found = readTrie(
    stateRoot,
    keccak256(fromPrefixedHex(anchor.contract, 20)),
    proof.map((node) => fromPrefixedHex(node)),
  );
  if (found === null || toHex(found) !== toHex(expected))
    throw new Refused('anchor-account', 'the contract has another account there');
}

/** An integer without leading zeros, as RLP wants it. */
function trimmed(number) {
  const bytes = word(number);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? new Uint8Array() : bytes.slice(first);
}

function provenSlots(anchor) {
  const values = new Map();
  let last = '';
  for (const { slot, value, proof } of anchor.slots) {
    if (!(last < slot)) throw new Refused('anchor-slots', 'not ascending');
    last = slot;
    const found = readTrie(
      anchor.account.storageHash,
      keccak256(fromHex(slot, 32)),
      proof.map((node) => fromPrefixedHex(node)),
    );
    const stored = found === null ? 0n : storedInteger(found); // zero is not stored
    if (stored !== toBigInt(fromHex(value, 32))) throw new Refused('anchor-slots', 'another value is stored');
    if (stored === 0n && !ALWAYS.includes(slot))
      throw new Refused('anchor-slots', `slot ${slot} is empty and was not needed`);
    values.set(slot, stored);
  }
  return values;
}

function storedInteger(found) {
  const bytes = decode(found);
  // No bytes are zero: Anvil alone keeps a leaf of it, for a slot that a transaction has read.
  if (Array.isArray(bytes) || bytes.length > 32 || bytes[0] === 0) throw new Refused('anchor-slots', 'not an integer');
  return toBigInt(bytes);
}

const keySlot = (party, key) =>
  keccak256(concat(fromHex(key.slice(2).padStart(64, '0')), keccak256(concat(fromHex(party, 32), word(KEYS)))));

/** `Anchored {uint64 size; uint64 time}`; null where the root was never stored. */
function readCheckpoint(value) {
  if (value >> 128n !== 0n) throw new Refused('anchor-slots', 'no checkpoint looks like that');
  return value === 0n ? null : { size: Number(part(value, 0)), time: Number(part(value, 1)) };
}

/** `Key {uint64 validFrom; uint64 validUntil; uint64 compromisedSince; uint8 status}`, in leaf indexes; null where it never was one. */
function readKey(value) {
  const status = Number(value >> 192n);
  if (status > 2) throw new Refused('anchor-slots', 'no key looks like that');
  if (status === 0) return null;
  const [validFrom, validUntil, compromisedSince] = [part(value, 0), part(value, 1), part(value, 2)];
  return {
    isReassigned: status === 2,
    isValidAt: (leaf) => validFrom <= BigInt(leaf) && BigInt(leaf) < validUntil,
    isCompromisedAt: (leaf) => compromisedSince <= BigInt(leaf),
  };
}
