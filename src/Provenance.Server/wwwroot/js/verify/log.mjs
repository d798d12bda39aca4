// The Merkle log: entries, leaves and inclusion (RFC 9162 §2.1).
import { concat, fromHex, toHex } from './bytes.mjs';
import { sha256 } from './hash.mjs';
import { canonicalBytes } from './json.mjs';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (bytes) => sha256(concat(LEAF, bytes));
const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/** Hash of the leaf that an entry `{eventDigest, meta, v}` makes. */
export const entryLeaf = (entry) => leafHash(canonicalBytes(entry));

/** Hex SHA-256 of a value's canonical JSON: how an entry points to its meta, and meta to its submission. */
export const digestOf = async (value) => toHex(await sha256(canonicalBytes(value)));

/**
 * RFC 9162 §2.1.3.2: whether the path leads from the leaf at `index` to the root of the tree of `size` leaves.
 * Hashes are bare hex but the leaf (bytes). Divides instead of shifting: positions go to 2^48, shifts only to 2^32.
 */
export async function provesInclusion(index, size, leaf, path, root) {
  if (index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const text of path) {
    if (last === 0) return false;
    const sibling = fromHex(text, 32);
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && toHex(hash) === root;
}
