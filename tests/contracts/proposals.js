const { expect } = require('chai');
const { ethers } = require('hardhat');
const { loadFixture, time } = require('@nomicfoundation/hardhat-network-helpers');
const { REGISTRAR, deployFirst } = require('./support/ledger');
const { Log } = require('./support/merkle');
const { sign, withHighS } = require('./support/messages');

const OPEN = 2n ** 64n - 1n;
const REASSIGNED = 2n;
const WEEK = 7 * 24 * 60 * 60;

describe('Proposals', function () {
  const log = Log.numbered(64);
  const party = ethers.id('a party');
  const [key, second, third] = ['first', 'second', 'third'].map((name) => new ethers.Wallet(ethers.id(name)));

  async function deployWithKey() {
    const { ledger, registrar, ...signers } = await deployFirst();
    await ledger.anchor(5, log.root(5), []);
    const asRegistrar = ledger.connect(registrar);
    await asRegistrar.registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
    return { ...signers, registrar, asRegistrar, ledger: ledger.connect(signers.stranger), asAnchorer: ledger };
  }

  async function propose(asRegistrar, proposed) {
    return asRegistrar.proposeKey(party, proposed, await sign(proposed, 'ProvenanceKey', asRegistrar, party, proposed));
  }

  async function deployWithProposal() {
    const deployed = await deployWithKey();
    await propose(deployed.asRegistrar, second);
    return deployed;
  }

  async function deployReassigned() {
    const deployed = await deployWithProposal();
    await time.increase(WEEK);
    await deployed.asRegistrar.applyProposal(party, second);
    return deployed;
  }

  it('wait seven days of block time, to the second', async function () {
    const { asRegistrar: ledger, asAnchorer } = await loadFixture(deployWithProposal);
    const applicableFrom = (await time.latest()) + WEEK;
    expect(await ledger.proposalOf(party)).to.deep.equal([second.address, BigInt(applicableFrom)]);

    await time.setNextBlockTimestamp(applicableFrom - 1);
    await expect(ledger.applyProposal(party, second))
      .to.be.revertedWithCustomError(ledger, 'ProposalPending')
      .withArgs(party, second.address, applicableFrom);

    await asAnchorer.anchor(7, log.root(7), log.consistency(5, 7));
    await expect(ledger.applyProposal(party, second))
      .to.emit(ledger, 'KeyRegistered')
      .withArgs(party, second.address, 7, REASSIGNED);
    expect(await ledger.keyOf(party, second)).to.deep.equal([7n, OPEN, OPEN, REASSIGNED]);
    expect(await ledger.proposalOf(party)).to.deep.equal([ethers.ZeroAddress, 0n]);
  });

  it('leave the party’s own key as it was', async function () {
    const { ledger } = await loadFixture(deployReassigned);
    expect(await ledger.keyOf(party, key)).to.deep.equal([5n, OPEN, OPEN, 1n]);
  });

  it('are applied once, by the registrar, under the name they were made', async function () {
    const { asRegistrar, ledger } = await loadFixture(deployWithProposal);
    await time.increase(WEEK);
    await expect(ledger.applyProposal(party, second)).to.be.revertedWithCustomError(
      ledger,
      'AccessControlUnauthorizedAccount',
    );
    for (const other of [third.address, ethers.ZeroAddress]) {
      await expect(asRegistrar.applyProposal(party, other)).to.be.revertedWithCustomError(ledger, 'ProposalUnknown');
    }
    await asRegistrar.applyProposal(party, second);
    await expect(asRegistrar.applyProposal(party, second)).to.be.revertedWithCustomError(ledger, 'ProposalUnknown');
  });

  it('are not applied by a thief whose role was taken away', async function () {
    const { asRegistrar, ledger, admin, registrar } = await loadFixture(deployWithProposal);
    await ledger.connect(admin).revokeRole(REGISTRAR, registrar);
    await time.increase(WEEK);
    await expect(asRegistrar.applyProposal(party, second)).to.be.revertedWithCustomError(
      ledger,
      'AccessControlUnauthorizedAccount',
    );
  });

  it('are rejected by any valid key of the party', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithProposal);
    const signature = await sign(key, 'ProvenanceProposalRejection', ledger, party, second);
    await expect(ledger.rejectProposal(party, second, signature))
      .to.emit(ledger, 'ProposalRejected')
      .withArgs(party, second.address);
    await time.increase(WEEK);
    await expect(asRegistrar.applyProposal(party, second)).to.be.revertedWithCustomError(ledger, 'ProposalUnknown');
  });

  it('are not rejected by anyone else, nor by a message about another key', async function () {
    const { ledger } = await loadFixture(deployWithProposal);
    const good = await sign(key, 'ProvenanceProposalRejection', ledger, party, second);
    for (const bad of [
      '0x',
      withHighS(good),
      await sign(second, 'ProvenanceProposalRejection', ledger, party, second),
      await sign(key, 'ProvenanceProposalRejection', ledger, party, third),
      await sign(key, 'ProvenanceKeyRevocation', ledger, party, second),
    ]) {
      await expect(ledger.rejectProposal(party, second, bad)).to.be.revertedWithCustomError(
        ledger,
        'OwnerSignatureInvalid',
      );
    }
    const other = await sign(key, 'ProvenanceProposalRejection', ledger, party, third);
    await expect(ledger.rejectProposal(party, third, other)).to.be.revertedWithCustomError(ledger, 'ProposalUnknown');
    const none = await sign(key, 'ProvenanceProposalRejection', ledger, party, ethers.ZeroAddress);
    await expect(ledger.rejectProposal(party, ethers.ZeroAddress, none)).to.be.revertedWithCustomError(
      ledger,
      'ProposalUnknown',
    );
  });

  it('need the key’s consent anew after a rejection', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithKey);
    const consent = await sign(second, 'ProvenanceKey', ledger, party, second);
    await asRegistrar.proposeKey(party, second, consent);
    await ledger.rejectProposal(party, second, await sign(key, 'ProvenanceProposalRejection', ledger, party, second));
    await expect(asRegistrar.proposeKey(party, second, consent)).to.be.revertedWithCustomError(
      ledger,
      'KeySignatureInvalid',
    );
  });

  it('replace one another, and the wait begins again', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithProposal);
    await time.increase(WEEK - 60);
    await propose(asRegistrar, third);
    await time.increase(120);
    await expect(asRegistrar.applyProposal(party, second)).to.be.revertedWithCustomError(ledger, 'ProposalUnknown');
    await expect(asRegistrar.applyProposal(party, third)).to.be.revertedWithCustomError(ledger, 'ProposalPending');
  });

  it('do not spoil what the party signed meanwhile', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithKey);
    const signature = await sign(key, 'ProvenanceKeyRevocation', ledger, party, key);
    await propose(asRegistrar, second);
    await ledger.revokeKey(party, key, signature);
  });

  it('are made by the registrar, of a consenting and unknown key, to a party that has had a key', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithKey);
    const consent = await sign(second, 'ProvenanceKey', ledger, party, second);
    await expect(ledger.proposeKey(party, second, consent)).to.be.revertedWithCustomError(
      ledger,
      'AccessControlUnauthorizedAccount',
    );
    await expect(asRegistrar.proposeKey(party, third, consent)).to.be.revertedWithCustomError(
      ledger,
      'KeySignatureInvalid',
    );
    await expect(propose(asRegistrar, key)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
    const other = ethers.id('another');
    await expect(
      asRegistrar.proposeKey(other, second, await sign(second, 'ProvenanceKey', ledger, other, second)),
    ).to.be.revertedWithCustomError(ledger, 'PartyTakesNoProposal');
  });

  it('are moot once the party has added the key itself', async function () {
    const { ledger, asRegistrar } = await loadFixture(deployWithProposal);
    await ledger.addKey(
      party,
      second,
      await sign(second, 'ProvenanceKey', ledger, party, second),
      await sign(key, 'ProvenanceKeyAddition', ledger, party, second),
    );
    await time.increase(WEEK);
    await expect(asRegistrar.applyProposal(party, second)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
    expect((await ledger.keyOf(party, second)).status).to.equal(1);
  });

  describe('once applied', function () {
    async function addBySecond(ledger, added) {
      return ledger.addKey(
        party,
        added,
        await sign(added, 'ProvenanceKey', ledger, party, added),
        await sign(second, 'ProvenanceKeyAddition', ledger, party, added),
      );
    }

    it('make a key that adds others like itself only', async function () {
      const { ledger } = await loadFixture(deployReassigned);
      await addBySecond(ledger, third);
      expect((await ledger.keyOf(party, third)).status).to.equal(REASSIGNED);
      await expect(addBySecond(ledger, second)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
      await expect(addBySecond(ledger, key)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
    });

    it('make a key that cannot touch a registered one', async function () {
      const { ledger } = await loadFixture(deployReassigned);
      const revocation = await sign(second, 'ProvenanceKeyRevocation', ledger, party, key);
      await expect(ledger.revokeKey(party, key, revocation))
        .to.be.revertedWithCustomError(ledger, 'KeyOutranksOwner')
        .withArgs(party, key.address);
      const doubt = await sign(second, 'ProvenanceKeyCompromise', ledger, party, key, { since: 0 });
      await expect(ledger.reportCompromised(party, key, 0, doubt)).to.be.revertedWithCustomError(
        ledger,
        'KeyOutranksOwner',
      );
    });

    it('make a key that the party can revoke', async function () {
      const { ledger } = await loadFixture(deployReassigned);
      await ledger.revokeKey(party, second, await sign(key, 'ProvenanceKeyRevocation', ledger, party, second));
      await expect(addBySecond(ledger, third)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
    });

    it('make a key that the party can make its own', async function () {
      const { ledger } = await loadFixture(deployReassigned);
      await ledger.addKey(
        party,
        second,
        await sign(second, 'ProvenanceKey', ledger, party, second),
        await sign(key, 'ProvenanceKeyAddition', ledger, party, second),
      );
      expect(await ledger.keyOf(party, second)).to.deep.equal([5n, OPEN, OPEN, 1n]);
    });

    it('make a key that the registrar cannot register', async function () {
      const { ledger, asRegistrar } = await loadFixture(deployReassigned);
      const signature = await sign(second, 'ProvenanceKey', ledger, party, second);
      await expect(asRegistrar.registerKey(party, second, signature)).to.be.revertedWithCustomError(
        ledger,
        'PartyHasKey',
      );
    });
  });
});
