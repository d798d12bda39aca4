const { expect } = require('chai');
const { deploySuccessor } = require('./support/ledger');
const { Log } = require('./support/merkle');

const GROWTH = 2 ** 24;

describe('Gas of an anchor', function () {
  // All subtrees of a level are one, so a log of 2^40 entries has 40 hashes to compute.
  const log = Log.uniform();

  async function gasOf(from, to) {
    const { ledger } = await deploySuccessor(from, log.root(from));
    const sent = await ledger.anchor(to, log.root(to), log.consistency(from, to));
    return Number((await sent.wait()).gasUsed);
  }

  it('is at most 76,000 from 1,000,000 to 1,001,000 entries', async function () {
    expect(await gasOf(1_000_000, 1_001_000)).to.be.at.most(76_000);
  });

  // Dearest are long proofs of which most steps lie on the left: those hash for both trees.
  for (const [limit, size] of [
    [92_000, 2 ** 20],
    [120_000, 2 ** 40],
  ]) {
    it(`is at most ${limit.toLocaleString('en')} below 2^${Math.log2(size)} entries`, async function () {
      const alternating = Math.floor(size / 3);
      const pairs = [
        [size - 2, size - 1],
        [size - Math.min(GROWTH, size / 2), size - 1],
        [size - 1 - Math.min(GROWTH, size / 2), size - 1],
        [size / 2 - 1, size / 2],
        [size / 2 - 1, size / 2 + 1],
        [size / 2 - 1, size / 2 + Math.min(GROWTH, size / 2) - 1],
        [size / 2 + 1, size / 2 + 2],
        [alternating, alternating + 1],
        [2 * alternating, 2 * alternating + 1],
        [2 * alternating, 2 * alternating + Math.min(GROWTH, alternating) - 1],
      ];
      const costs = [];
      for (const [from, to] of pairs) costs.push(await gasOf(from, to));
      expect(Math.max(...costs)).to.be.at.most(limit);
    });
  }
});
