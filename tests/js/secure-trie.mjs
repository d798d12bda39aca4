// Builds small Merkle-Patricia tries and the proofs that eth_getProof would give from them. Held to the official roots in trie.test.mjs.
import { toHex } from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { keccak256 } from '../../src/Provenance.Server/wwwroot/js/verify/hash.mjs';
import { encode } from '../../src/Provenance.Server/wwwroot/js/verify/rlp.mjs';

const nibbles = (bytes) => Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);

function hexPrefix(path, isLeaf) {
  const flag = (isLeaf ? 2 : 0) + (path.length % 2);
  const all = path.length % 2 ? [flag, ...path] : [flag, 0, ...path];
  return Uint8Array.from({ length: all.length / 2 }, (_, i) => all[i * 2] * 16 + all[i * 2 + 1]);
}

/** Node of pairs `[path, value]`: what RLP encodes. */
function nodeOf(pairs) {
  if (pairs.length === 1) return [hexPrefix(pairs[0][0], true), pairs[0][1]];
  let shared = 0;
  while (pairs.every(([path]) => path.length > shared && path[shared] === pairs[0][0][shared])) shared++;
  if (shared > 0) return [hexPrefix(pairs[0][0].slice(0, shared), false), reference(nodeOf(cut(pairs, shared)))];
  const branch = Array.from({ length: 17 }, (_, nibble) => {
    const below = pairs.filter(([path]) => path[0] === nibble);
    return below.length ? reference(nodeOf(cut(below, 1))) : new Uint8Array();
  });
  branch[16] = pairs.find(([path]) => path.length === 0)?.[1] ?? new Uint8Array();
  return branch;
}

const cut = (pairs, n) => pairs.map(([path, value]) => [path.slice(n), value]);

function reference(node) {
  const encoded = encode(node);
  return encoded.length < 32 ? node : keccak256(encoded);
}

/** Root (bare hex) and proofs of a trie with hashed keys. `entries`: `[key bytes, value bytes]`. */
export function secureTrie(entries) {
  const pairs = entries.map(([key, value]) => [nibbles(keccak256(key)), value]);
  if (pairs.length === 0) return { root: toHex(keccak256(encode(new Uint8Array()))), proofOf: () => [] };
  const root = nodeOf(pairs);
  return { root: toHex(keccak256(encode(root))), proofOf: (key) => walk(pairs, nibbles(keccak256(key))) };
}

/** Encoded nodes on the way to a path, as far as the trie goes. */
function walk(pairs, path) {
  const node = nodeOf(pairs);
  const here = encode(node);
  if (pairs.length === 1) return [here];
  const step = node.length === 17 ? 1 : stretchLength(node[0]);
  const below = pairs.filter(([other]) => other.slice(0, step).every((nibble, i) => nibble === path[i]));
  if (below.length === 0 || path.length === 0) return [here];
  const [next, ...rest] = walk(cut(below, step), path.slice(step));
  return next.length < 32 ? [here, ...rest] : [here, next, ...rest];
}

const stretchLength = (prefix) => nibbles(prefix).length - (nibbles(prefix)[0] % 2 ? 1 : 2);
