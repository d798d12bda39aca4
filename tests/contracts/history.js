const { expect } = require('chai');
const { randomBytes, randomInt } = require('node:crypto');
const { deployFirst, deploySuccessor } = require('./support/ledger');
const { Probe } = require('./support/probe');
const { Log, hex, leafHash } = require('./support/merkle');

const without = (list, i) => list.filter((_, at) => at !== i);
const replaced = (list, i, item) => list.map((old, at) => (at === i ? item : old));
const swapped = (list, i, j) => replaced(replaced(list, i, list[j]), j, list[i]);
const leavesOf = (seed, count) => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`${seed} ${i}`)));

function flipped(hash, bit) {
  const changed = Buffer.from(hash);
  changed[bit >> 3] ^= 1 << (bit & 7);
  return changed;
}

/** What the true proof from m to n entries can be turned into. */
function* bentProofs(log, m, n) {
  const root = log.root(n);
  const proof = log.consistency(m, n);
  for (let i = 0; i < proof.length; i++) {
    yield [`hash ${i} changed`, n, root, replaced(proof, i, flipped(proof[i], (7 * n + 13 * i) % 256))];
    yield [`hash ${i} left out`, n, root, without(proof, i)];
    yield [`hash ${i} twice`, n, root, [...proof.slice(0, i), proof[i], ...proof.slice(i)]];
    if (i > 0) yield [`hashes ${i - 1} and ${i} swapped`, n, root, swapped(proof, i - 1, i)];
  }
  yield ['no proof', n, root, []];
  yield ['more after the proof', n, root, [...proof, randomBytes(32)]];
  yield ['the old root before the proof', n, root, [log.root(m), ...proof]];
  yield ['the new root after the proof', n, root, [...proof, root]];
  yield ['the size of a higher tree', 2 ** Math.ceil(Math.log2(n)) + 1, root, proof];
  yield ['another root', n, flipped(root, n % 256), proof];
}

/** True proofs within logs that do not begin with the m leaves that the contract knows. */
function* otherHistories(leaves, m, n) {
  const other = leafHash(Buffer.from('another entry'));
  const histories = {
    'the first entry rewritten': replaced(leaves, 0, other),
    'the last entry rewritten': replaced(leaves, m - 1, other),
    'an entry left out': [...without(leaves, m >> 1), other],
    'an entry put in': [other, ...leaves],
    'two entries swapped': swapped(leaves, 0, Math.max(1, m - 1)),
    'all entries replaced': leavesOf('replaced', n),
  };
  for (const [what, forged] of Object.entries(histories)) {
    const log = Log.of(forged);
    yield [what, n, log.root(n), log.consistency(m, n)];
  }
}

describe('History', function () {
  this.timeout(300_000);

  it('is accepted between all sizes to 40 and none of its forgeries is', async function () {
    const leaves = leavesOf('pair', 40);
    const log = Log.of(leaves);
    const { ledger, admin } = await deployFirst();
    const probe = await Probe.on(ledger, admin);

    for (let m = 1; m < 40; m++) {
      await ledger.anchor(m, log.root(m), m === 1 ? [] : log.consistency(m - 1, m));
      const forgeries = [];
      for (let n = m + 1; n <= 40; n++) {
        await ledger.anchor.staticCall(n, log.root(n), log.consistency(m, n));
        forgeries.push(...bentProofs(log, m, n), ...otherHistories(leaves.slice(0, n), m, n));
      }
      expect(await probe.accepted(forgeries), `from ${m}`).to.be.empty;
    }
    expect(probe.tried).to.be.greaterThan(20_000);
  });

  it('is accepted one entry at a time to 300', async function () {
    const log = Log.numbered(300);
    const { ledger } = await deployFirst();
    for (let n = 1; n <= 300; n++) {
      await ledger.anchor(n, log.root(n), n === 1 ? [] : log.consistency(n - 1, n));
    }
    const { size, root } = await ledger.head();
    expect([size, root]).to.deep.equal([300n, hex(log.root(300))]);
  });

  it('is accepted in steps of any length, and forgeries of a random step are not', async function () {
    const leaves = leavesOf('random', 6000);
    const log = Log.of(leaves);
    const { ledger, admin } = await deployFirst();
    const probe = await Probe.on(ledger, admin);
    let m = 1 + randomInt(50);
    await ledger.anchor(m, log.root(m), []);
    while (m < 5000) {
      const n = m + 1 + randomInt(randomInt(2) ? 9 : 900);
      expect(await probe.accepted([...bentProofs(log, m, n)]), `${m} to ${n}`).to.be.empty;
      await ledger.anchor(n, log.root(n), log.consistency(m, n));
      m = n;
    }
    expect(await probe.accepted([...otherHistories(leaves, m, 6000)]), `${m} to 6000`).to.be.empty;
  });

  it('is accepted at sizes up to 2^48, and forgeries there are not', async function () {
    const log = Log.uniform();
    for (let bits = 24; bits < 48; bits += 3) {
      const m = 2 ** bits + randomInt(2 ** bits - 2 ** 24 + 1);
      const n = m + 1 + randomInt(2 ** 24 - 1);
      const { ledger, admin } = await deploySuccessor(m, log.root(m));
      const probe = await Probe.on(ledger, admin);
      // Equal subtrees make some bent proofs true: only changed hashes are forged for certain.
      const forgeries = [...bentProofs(log, m, n)].filter(([what]) =>
        /changed|left out|another root|no proof/.test(what),
      );
      expect(await probe.accepted(forgeries), `${m} to ${n}`).to.be.empty;
      await ledger.anchor(n, log.root(n), log.consistency(m, n));
    }
  });
});
