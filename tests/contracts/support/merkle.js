const { createHash } = require('node:crypto');

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (data) => sha256(Buffer.from([0]), data);
/** As ethers answers bytes32. */
const hex = (hash) => `0x${hash.toString('hex')}`;
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** The largest power of two smaller than n, for n >= 2. Sizes here pass 2^32, so no bit operators. */
function split(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/**
 * A log as RFC 9162 §2.1 defines it, by recursion from the text: nothing here is shared with the contract's walk.
 * `complete(level, index)` is the hash of the 2^level leaves from index·2^level on.
 */
class Log {
  constructor(complete) {
    this.complete = complete;
    this.memo = new Map();
  }

  static of(leaves) {
    const levels = [leaves];
    const complete = (level, index) => {
      const known = (levels[level] ??= []);
      return (known[index] ??= nodeHash(complete(level - 1, 2 * index), complete(level - 1, 2 * index + 1)));
    };
    return new Log(complete);
  }

  /** Entries named by their index and `seed`. */
  static numbered(count, seed = 'entry') {
    return Log.of(Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`${seed} ${i}`))));
  }

  /** A log of any size whose entries are all alike, so that every subtree of a level is one and the same. */
  static uniform() {
    const levels = [leafHash(Buffer.from('same'))];
    const complete = (level) => (levels[level] ??= nodeHash(complete(level - 1), complete(level - 1)));
    return new Log(complete);
  }

  /** MTH(D[from:to]). */
  hash(from, to) {
    const size = to - from;
    const level = Math.log2(size);
    if (Number.isInteger(level) && from % size === 0) return this.complete(level, from / size);
    const key = `${from}:${to}`;
    let hash = this.memo.get(key);
    if (!hash) {
      const middle = from + split(size);
      hash = nodeHash(this.hash(from, middle), this.hash(middle, to));
      this.memo.set(key, hash);
    }
    return hash;
  }

  root(size) {
    return this.hash(0, size);
  }

  /** PROOF(m, D[n]), RFC 9162 §2.1.4.1, for 0 < m < n. */
  consistency(m, n) {
    return this.subproof(m, 0, n, true);
  }

  subproof(m, from, to, isWhole) {
    const size = to - from;
    if (m === size) return isWhole ? [] : [this.hash(from, to)];
    const k = split(size);
    return m <= k
      ? [...this.subproof(m, from, from + k, isWhole), this.hash(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.hash(from, from + k)];
  }
}

module.exports = { Log, hex, leafHash, nodeHash, sha256 };
