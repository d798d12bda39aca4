const { expect } = require('chai');
const { ethers } = require('hardhat');
const { loadFixture } = require('@nomicfoundation/hardhat-network-helpers');
const { ANCHORER, REGISTRAR, deployFirst } = require('./support/ledger');
const { Log } = require('./support/merkle');
const { sign } = require('./support/messages');

const GROWTH = 2 ** 24;

describe('A thief', function () {
  const log = Log.numbered(64);
  const party = ethers.id('a party');
  const key = new ethers.Wallet(ethers.id('first'));
  const stolen = new ethers.Wallet(ethers.id('the thief’s own'));

  async function deployAnchored() {
    const deployed = await deployFirst();
    await deployed.ledger.anchor(9, log.root(9), []);
    return deployed;
  }

  describe('with the anchorer’s key', function () {
    it('cannot end the log: after the largest step there is room for 16 million more', async function () {
      const { ledger } = await loadFixture(deployFirst);
      const uniform = Log.uniform();
      const last = 2 ** 48 - 1;
      await expect(ledger.anchor(last, uniform.root(last), [])).to.be.revertedWithCustomError(ledger, 'SizeOutOfRange');
      await ledger.anchor(GROWTH, uniform.root(GROWTH), []);
      expect((2 ** 48 - GROWTH) / GROWTH).to.be.greaterThan(16_000_000);
      await ledger.anchor(GROWTH + 9, uniform.root(GROWTH + 9), uniform.consistency(GROWTH, GROWTH + 9));
    });

    it('cannot take anything out of the log, only add to it', async function () {
      const { ledger } = await loadFixture(deployAnchored);
      const other = Log.numbered(64, 'other');
      for (const [size, root, proof] of [
        [8, log.root(8), []],
        [9, other.root(9), []],
        [12, other.root(12), other.consistency(9, 12)],
        [12, log.root(12), []],
      ]) {
        await expect(ledger.anchor(size, root, proof)).to.be.reverted;
      }
    });

    it('cannot use an honest root for a later size of its own', async function () {
      const { ledger } = await loadFixture(deployAnchored);
      // A root says nothing about the size: this is why verifiers compare the stored size with the checkpoint's.
      await ledger.anchor(12, log.root(12), log.consistency(9, 12));
      await expect(ledger.anchor(13, log.root(12), log.consistency(9, 12))).to.be.revertedWithCustomError(
        ledger,
        'RootAlreadyAnchored',
      );
    });

    it('can do nothing with keys, roles or the succession', async function () {
      const { ledger, anchorer } = await loadFixture(deployAnchored);
      const signature = await sign(stolen, 'ProvenanceKey', ledger, party, stolen);
      for (const attempt of [
        async () => ledger.registerKey(party, stolen, signature),
        async () => ledger.registerKey(await ledger.ledgerId(), stolen, signature),
        async () => ledger.proposeKey(party, stolen, signature),
        async () => ledger.grantRole(REGISTRAR, anchorer),
        async () => ledger.succeed(1, anchorer),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(ledger, 'AccessControlUnauthorizedAccount');
      }
    });

    it('is out once the admin says so, and the log goes on', async function () {
      const { ledger, admin, anchorer, stranger } = await loadFixture(deployAnchored);
      await ledger.connect(admin).revokeRole(ANCHORER, anchorer);
      await ledger.connect(admin).grantRole(ANCHORER, stranger);
      await expect(ledger.anchor(12, log.root(12), log.consistency(9, 12))).to.be.revertedWithCustomError(
        ledger,
        'AccessControlUnauthorizedAccount',
      );
      await ledger.connect(stranger).anchor(12, log.root(12), log.consistency(9, 12));
    });
  });

  describe('with the registrar’s key', function () {
    async function deployWithKey() {
      const deployed = await deployAnchored();
      const { ledger, registrar } = deployed;
      const asRegistrar = ledger.connect(registrar);
      await asRegistrar.registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
      return { ...deployed, asRegistrar };
    }

    it('cannot speak for a party that has a key, nor take the key away', async function () {
      const { ledger, asRegistrar } = await loadFixture(deployWithKey);
      const own = (type, subject, more) => sign(stolen, type, ledger, party, subject, more);
      const consent = await own('ProvenanceKey', stolen);
      for (const [attempt, error] of [
        [async () => asRegistrar.registerKey(party, stolen, consent), 'PartyHasKey'],
        [async () => asRegistrar.registerKey(party, stolen, '0x'), 'PartyHasKey'],
        [
          async () => asRegistrar.addKey(party, stolen, consent, await own('ProvenanceKeyAddition', stolen)),
          'OwnerSignatureInvalid',
        ],
        [
          async () => asRegistrar.revokeKey(party, key, await own('ProvenanceKeyRevocation', key)),
          'OwnerSignatureInvalid',
        ],
        [
          async () =>
            asRegistrar.reportCompromised(party, key, 0, await own('ProvenanceKeyCompromise', key, { since: 0 })),
          'OwnerSignatureInvalid',
        ],
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(ledger, error);
      }
    });

    it('cannot anchor, name a successor or touch the ledger’s own key', async function () {
      const { asRegistrar, registrar } = await loadFixture(deployWithKey);
      const id = await asRegistrar.ledgerId();
      for (const attempt of [
        async () => asRegistrar.anchor(12, log.root(12), log.consistency(9, 12)),
        async () => asRegistrar.succeed(1, registrar),
        async () => asRegistrar.registerKey(id, stolen, await sign(stolen, 'ProvenanceKey', asRegistrar, id, stolen)),
        async () => asRegistrar.revokeKey(id, stolen, '0x'),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(asRegistrar, 'AccessControlUnauthorizedAccount');
      }
    });
  });
});
