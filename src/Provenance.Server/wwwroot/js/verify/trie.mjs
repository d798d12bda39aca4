// Merkle-Patricia proofs as eth_getProof gives them (Ethereum yellow paper, appendix D).
import { Refused, toHex } from './bytes.mjs';
import { keccak256 } from './hash.mjs';
import { decode, encode } from './rlp.mjs';

const HASH_LENGTH = 32;
const EMPTY_ROOT = toHex(keccak256(encode(new Uint8Array())));

/**
 * Value (bytes) under the hashed key, or null where the proof shows that there is none. Throws Refused when it shows neither.
 * `root` is bare hex. Every node given must have been needed.
 */
export function readTrie(root, key, nodes) {
  if (nodes.length === 0 && root === EMPTY_ROOT) return null;
  const walk = { nodes, used: 0 };
  let path = nibblesOf(key);
  let node = nextNode(walk, root, 1);
  for (;;) {
    const step = node.length === 17 ? stepBranch(node, path) : stepShort(node, path);
    if (step.child === undefined) return finish(walk, step.value);
    path = step.path;
    node = Array.isArray(step.child) ? withinParent(step.child) : nextNode(walk, hashOf(step.child), HASH_LENGTH);
  }
}

function nextNode(walk, hash, shortest) {
  const bytes = walk.nodes[walk.used++];
  if (!bytes) throw new Refused('trie', 'a node is missing');
  if (toHex(keccak256(bytes)) !== hash) throw new Refused('trie', 'a node does not have its hash');
  if (bytes.length < shortest) throw new Refused('trie', 'a short node is named by hash');
  return checkedNode(decode(bytes));
}

/** A node shorter than a hash is written into its parent instead of being named. */
function withinParent(node) {
  if (encode(node).length >= HASH_LENGTH) throw new Refused('trie', 'a long node stands inside its parent');
  return checkedNode(node);
}

function checkedNode(node) {
  if (!Array.isArray(node) || (node.length !== 17 && node.length !== 2)) throw new Refused('trie', 'not a node');
  return node;
}

function finish(walk, value) {
  if (walk.used !== walk.nodes.length) throw new Refused('trie', 'nodes that prove nothing');
  return value;
}

function stepBranch(node, path) {
  if (path.length === 0) return { value: valueOf(node[16]) };
  const child = node[path[0]];
  return child.length === 0 ? { value: null } : { child, path: path.slice(1) };
}

/** A leaf or an extension: a stretch of path in one node. */
function stepShort(node, path) {
  if (Array.isArray(node[0]) || node[1].length === 0) throw new Refused('trie', 'not a node');
  const { stretch, isLeaf } = stretchOf(node[0]);
  if (!isLeaf && stretch.length === 0) throw new Refused('trie', 'an extension of nothing');
  const follows = stretch.length <= path.length && stretch.every((nibble, i) => nibble === path[i]);
  if (!isLeaf) return follows ? { child: node[1], path: path.slice(stretch.length) } : { value: null };
  return { value: follows && stretch.length === path.length ? valueOf(node[1]) : null };
}

/** Hex-prefix encoding: the first nibble tells leaf from extension and odd from even. */
function stretchOf(bytes) {
  const nibbles = nibblesOf(bytes);
  const [flag, padding] = nibbles;
  if (flag === undefined || flag > 3 || (flag % 2 === 0 && padding !== 0)) throw new Refused('trie', 'path of a node');
  return { stretch: nibbles.slice(flag % 2 === 0 ? 2 : 1), isLeaf: flag >= 2 };
}

function valueOf(item) {
  if (Array.isArray(item)) throw new Refused('trie', 'value is a list');
  return item.length === 0 ? null : item;
}

function hashOf(item) {
  if (item.length !== 32) throw new Refused('trie', 'reference is no hash');
  return toHex(item);
}

const nibblesOf = (bytes) => Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
