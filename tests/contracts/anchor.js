const { expect } = require('chai');
const { loadFixture, time } = require('@nomicfoundation/hardhat-network-helpers');
const { ANCHORER, deployFirst, deploySuccessor } = require('./support/ledger');
const { Log, hex } = require('./support/merkle');

const GROWTH = 2 ** 24;
const LIMIT = 2 ** 48;

describe('Anchor', function () {
  const log = Log.numbered(64);
  const huge = Log.uniform();

  it('stores the root with its size and block time, and becomes the head', async function () {
    const { ledger } = await loadFixture(deployFirst);
    await ledger.anchor(5, log.root(5), []);

    const anchored = ledger.anchor(9, log.root(9), log.consistency(5, 9));
    await expect(anchored).to.emit(ledger, 'Anchored').withArgs(9, log.root(9), 5);

    const now = await time.latest();
    expect(await ledger.checkpointOf(log.root(9))).to.deep.equal([9n, BigInt(now)]);
    expect(await ledger.head()).to.deep.equal([9n, hex(log.root(9)), BigInt(now)]);
    expect((await ledger.checkpointOf(log.root(5))).size).to.equal(5);
    expect((await ledger.checkpointOf(log.root(6))).size).to.equal(0);
  });

  it('is for the anchorer alone, not even for the admin', async function () {
    const { ledger, admin, registrar, stranger } = await loadFixture(deployFirst);
    for (const other of [admin, registrar, stranger]) {
      await expect(ledger.connect(other).anchor(5, log.root(5), []))
        .to.be.revertedWithCustomError(ledger, 'AccessControlUnauthorizedAccount')
        .withArgs(other.address, ANCHORER);
    }
  });

  it('takes the first root without a proof, and none with one', async function () {
    const { ledger } = await loadFixture(deployFirst);
    await expect(ledger.anchor(5, log.root(5), [log.root(4)])).to.be.revertedWithCustomError(ledger, 'Inconsistent');
    await ledger.anchor(5, log.root(5), []);
  });

  it('refuses a size that does not grow', async function () {
    const { ledger } = await loadFixture(deployFirst);
    await expect(ledger.anchor(0, log.root(1), []))
      .to.be.revertedWithCustomError(ledger, 'SizeOutOfRange')
      .withArgs(0, 0);
    await ledger.anchor(5, log.root(5), []);
    for (const size of [0, 4, 5]) {
      await expect(ledger.anchor(size, log.root(6), log.consistency(5, 6)))
        .to.be.revertedWithCustomError(ledger, 'SizeOutOfRange')
        .withArgs(5, size);
    }
  });

  it('refuses a root it holds, whatever the size', async function () {
    const { ledger } = await loadFixture(deployFirst);
    await ledger.anchor(4, log.root(4), []);
    await ledger.anchor(8, log.root(8), log.consistency(4, 8));
    for (const size of [4, 8]) {
      await expect(ledger.anchor(9, log.root(size), log.consistency(8, 9)))
        .to.be.revertedWithCustomError(ledger, 'RootAlreadyAnchored')
        .withArgs(log.root(size));
    }
  });

  it('grows by at most 2^24 entries', async function () {
    const { ledger } = await loadFixture(deployFirst);
    await expect(ledger.anchor(GROWTH + 1, huge.root(GROWTH + 1), []))
      .to.be.revertedWithCustomError(ledger, 'SizeOutOfRange')
      .withArgs(0, GROWTH + 1);
    await ledger.anchor(GROWTH, huge.root(GROWTH), []);
    await ledger.anchor(2 * GROWTH, huge.root(2 * GROWTH), huge.consistency(GROWTH, 2 * GROWTH));
  });

  it('stays below 2^48 entries', async function () {
    const { ledger } = await deploySuccessor(LIMIT - 2, huge.root(LIMIT - 2));
    await expect(ledger.anchor(LIMIT, huge.root(LIMIT), huge.consistency(LIMIT - 2, LIMIT)))
      .to.be.revertedWithCustomError(ledger, 'SizeOutOfRange')
      .withArgs(LIMIT - 2, LIMIT);
    await ledger.anchor(LIMIT - 1, huge.root(LIMIT - 1), huge.consistency(LIMIT - 2, LIMIT - 1));
  });
});
