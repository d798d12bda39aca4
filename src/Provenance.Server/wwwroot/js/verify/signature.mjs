// EIP-712 messages of the ledger and who signed them.
import { secp256k1 } from '../../lib/noble/curves/secp256k1.mjs';
import { concat, fromHex, fromPrefixedHex, toHex, utf8 } from './bytes.mjs';
import { keccak256 } from './hash.mjs';

const typeHash = (type) => keccak256(utf8(type));
const DOMAIN = typeHash('EIP712Domain(string name,string version,bytes32 salt)');
const CHECKPOINT = typeHash('ProvenanceCheckpoint(uint64 size,bytes32 root)');
const SUBMISSION = typeHash('ProvenanceSubmission(bytes32 party,uint64 firstSeq,uint64 count,bytes32 root)');

/** A 32-byte word holding an unsigned integer. */
export const word = (number) => fromHex(BigInt(number).toString(16).padStart(64, '0'));

function toSign(ledgerId, ...message) {
  const domain = keccak256(concat(DOMAIN, keccak256(utf8('Provenance')), keccak256(utf8('1')), fromHex(ledgerId, 32)));
  return keccak256(concat(Uint8Array.of(0x19, 0x01), domain, keccak256(concat(...message))));
}

export const checkpointToSign = (ledgerId, { size, root }) =>
  toSign(ledgerId, CHECKPOINT, word(size), fromHex(root, 32));

export const submissionToSign = (ledgerId, { party, firstSeq, count, root }) =>
  toSign(ledgerId, SUBMISSION, fromHex(party, 32), word(firstSeq), word(count), fromHex(root, 32));

/** `0x` address whose key made the signature (r, s, v of 27 or 28) over the hash; null for a malleable or impossible one. */
export function signerOf(hash, signature) {
  const bytes = fromPrefixedHex(signature, 65);
  const recovery = bytes[64] - 27;
  if (recovery !== 0 && recovery !== 1) return null;
  try {
    const parsed = secp256k1.Signature.fromBytes(bytes.slice(0, 64), 'compact').addRecoveryBit(recovery);
    if (parsed.hasHighS()) return null;
    const publicKey = parsed.recoverPublicKey(hash).toBytes(false).slice(1);
    return '0x' + toHex(keccak256(publicKey).slice(12));
  } catch {
    return null; // r or s out of range, or no such point on the curve
  }
}
