const { expect } = require('chai');
const { ethers, network } = require('hardhat');
const { loadFixture, time } = require('@nomicfoundation/hardhat-network-helpers');
const { deployFirst, deploySuccessor } = require('./support/ledger');
const { Log, hex } = require('./support/merkle');

const { ZeroAddress, ZeroHash } = ethers;
const coder = ethers.AbiCoder.defaultAbiCoder();
const idOf = (chainId, address) => ethers.keccak256(coder.encode(['uint256', 'address'], [chainId, address]));

describe('Lineage', function () {
  const log = Log.numbered(64);
  const elsewhere = '0x00000000000000000000000000000000000A11cE';
  const chainId = network.config.chainId;

  describe('of a first contract', function () {
    it('is named after its chain and address, and is empty', async function () {
      const { ledger } = await loadFixture(deployFirst);
      expect(await ledger.ledgerId()).to.equal(idOf(chainId, await ledger.getAddress()));
      expect(await ledger.head()).to.deep.equal([0n, ZeroHash, 0n]);
      expect(await ledger.predecessor()).to.equal(ZeroAddress);
      expect(await ledger.startSize()).to.equal(0);
    });

    it('needs an admin', async function () {
      const { ledger } = await loadFixture(deployFirst);
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      const deployed = factory.deploy(ZeroAddress, ZeroHash, 0, ZeroAddress, 0, ZeroHash);
      await expect(deployed).to.be.revertedWithCustomError(ledger, 'AdminMissing');
    });

    it('claims no past', async function () {
      const { ledger, admin } = await loadFixture(deployFirst);
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      for (const past of [
        [1, ZeroAddress, 0, ZeroHash],
        [0, elsewhere, 0, ZeroHash],
        [0, ZeroAddress, 1, ZeroHash],
        [0, ZeroAddress, 0, log.root(1)],
      ]) {
        const deployed = factory.deploy(admin, ZeroHash, ...past);
        await expect(deployed).to.be.revertedWithCustomError(ledger, 'LineageInvalid');
      }
    });
  });

  describe('of a successor', function () {
    it('is its predecessor’s, with the start as head', async function () {
      const { ledger } = await deploySuccessor(9, log.root(9), ethers.id('the first'));
      expect(await ledger.ledgerId()).to.equal(ethers.id('the first'));
      expect(await ledger.startSize()).to.equal(9);
      expect(await ledger.startRoot()).to.equal(hex(log.root(9)));
      const { size, root, time: since } = await ledger.head();
      expect([size, root]).to.deep.equal([9n, hex(log.root(9))]);
      expect(await ledger.checkpointOf(log.root(9))).to.deep.equal([9n, since]);
    });

    it('checks its first anchor too', async function () {
      const { ledger } = await deploySuccessor(9, log.root(9));
      const other = Log.numbered(64, 'other');
      await expect(ledger.anchor(12, other.root(12), other.consistency(9, 12))).to.be.revertedWithCustomError(
        ledger,
        'Inconsistent',
      );
      await ledger.anchor(12, log.root(12), log.consistency(9, 12));
    });

    it('names all of its past', async function () {
      const { ledger, admin } = await loadFixture(deployFirst);
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      for (const past of [
        [0, elsewhere, 9, log.root(9)],
        [1, ZeroAddress, 9, log.root(9)],
        [1, elsewhere, 0, log.root(9)],
        [1, elsewhere, 9, ZeroHash],
        [1, elsewhere, 2 ** 48, log.root(9)],
      ]) {
        const deployed = factory.deploy(admin, ethers.id('the first'), ...past);
        await expect(deployed).to.be.revertedWithCustomError(ledger, 'LineageInvalid');
      }
    });

    it('is not the ledger it succeeds', async function () {
      const { ledger, admin } = await loadFixture(deployFirst);
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      const address = ethers.getCreateAddress({ from: admin.address, nonce: await admin.getNonce() });
      const deployed = factory.deploy(admin, idOf(chainId, address), 1, elsewhere, 9, log.root(9));
      await expect(deployed).to.be.revertedWithCustomError(ledger, 'LineageInvalid');
    });
  });

  describe('ends', function () {
    async function deployAnchored() {
      const deployed = await deployFirst();
      await deployed.ledger.anchor(9, log.root(9), []);
      return deployed;
    }

    it('for good with a successor, and the head stays', async function () {
      const { ledger, admin } = await loadFixture(deployAnchored);
      await expect(ledger.connect(admin).succeed(100, elsewhere))
        .to.emit(ledger, 'Succeeded')
        .withArgs(100, elsewhere, 9, log.root(9));
      expect(await ledger.successorChainId()).to.equal(100);
      expect(await ledger.successor()).to.equal(elsewhere);

      await expect(ledger.anchor(12, log.root(12), log.consistency(9, 12))).to.be.revertedWithCustomError(
        ledger,
        'LedgerClosed',
      );
      await expect(ledger.connect(admin).succeed(100, elsewhere)).to.be.revertedWithCustomError(ledger, 'LedgerClosed');
      expect((await ledger.head()).size).to.equal(9);
    });

    it('by the admin alone', async function () {
      const { ledger, anchorer, registrar, stranger } = await loadFixture(deployAnchored);
      for (const other of [anchorer, registrar, stranger]) {
        await expect(ledger.connect(other).succeed(100, elsewhere)).to.be.revertedWithCustomError(
          ledger,
          'AccessControlUnauthorizedAccount',
        );
      }
    });

    it('never in nothing, nor in itself', async function () {
      const { ledger, admin } = await loadFixture(deployAnchored);
      for (const next of [
        [0, elsewhere],
        [1, ZeroAddress],
        [chainId, await ledger.getAddress()],
      ]) {
        await expect(ledger.connect(admin).succeed(...next)).to.be.revertedWithCustomError(ledger, 'SuccessorInvalid');
      }
    });

    it('not before something was anchored, so that two starts are never the same', async function () {
      const first = await loadFixture(deployFirst);
      const successor = await deploySuccessor(9, log.root(9));
      for (const { ledger, admin } of [first, successor]) {
        await expect(ledger.connect(admin).succeed(100, elsewhere)).to.be.revertedWithCustomError(
          ledger,
          'SuccessorInvalid',
        );
      }
    });

    it('where the next contract of the same ledger begins', async function () {
      const { ledger, admin } = await loadFixture(deployAnchored);
      const { size, root } = await ledger.head();
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      const next = await factory.deploy(admin, await ledger.ledgerId(), chainId, ledger, size, root);
      await ledger.connect(admin).succeed(chainId, next);

      expect(await ledger.successor()).to.equal(await next.getAddress());
      expect(await next.predecessor()).to.equal(await ledger.getAddress());
      expect(await next.ledgerId()).to.equal(await ledger.ledgerId());
      expect([await next.startSize(), await next.startRoot()]).to.deep.equal([size, root]);
      expect((await next.head()).time).to.be.at.most(await time.latest());
    });
  });
});
