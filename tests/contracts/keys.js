const { expect } = require('chai');
const { ethers } = require('hardhat');
const { loadFixture } = require('@nomicfoundation/hardhat-network-helpers');
const { deployFirst, deploySuccessor } = require('./support/ledger');
const { Log } = require('./support/merkle');
const { sign, withHighS } = require('./support/messages');

const OPEN = 2n ** 64n - 1n;
const [NONE, REGISTERED, REASSIGNED] = [0n, 1n, 2n];

describe('Keys', function () {
  const log = Log.numbered(64);
  const party = ethers.id('a party');
  const [key, second, third] = ['first', 'second', 'third'].map((name) => new ethers.Wallet(ethers.id(name)));

  /** A ledger of 5 entries, asked by a stranger: nobody's role is at work unless a test connects it. */
  async function deployWithEntries() {
    const { ledger, ...signers } = await deployFirst();
    await ledger.anchor(5, log.root(5), []);
    return { ...signers, ledger: ledger.connect(signers.stranger), anchorer: ledger };
  }

  async function deployWithKey() {
    const deployed = await deployWithEntries();
    const { ledger, registrar } = deployed;
    await ledger.connect(registrar).registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
    return deployed;
  }

  async function add(ledger, added, owner) {
    const keySignature = await sign(added, 'ProvenanceKey', ledger, party, added);
    const ownerSignature = await sign(owner, 'ProvenanceKeyAddition', ledger, party, added);
    return ledger.addKey(party, added, keySignature, ownerSignature);
  }

  async function revoke(ledger, revoked, owner) {
    return ledger.revokeKey(party, revoked, await sign(owner, 'ProvenanceKeyRevocation', ledger, party, revoked));
  }

  async function report(ledger, reported, since, owner) {
    const signature = await sign(owner, 'ProvenanceKeyCompromise', ledger, party, reported, { since });
    return ledger.reportCompromised(party, reported, since, signature);
  }

  describe('registered first', function () {
    it('are valid from the head of the log on', async function () {
      const { ledger, registrar } = await loadFixture(deployWithEntries);
      const registered = ledger
        .connect(registrar)
        .registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
      await expect(registered).to.emit(ledger, 'KeyRegistered').withArgs(party, key.address, 5, REGISTERED);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, OPEN, OPEN, REGISTERED]);
      expect(await ledger.standingOf(party)).to.equal(REGISTERED);
      expect(await ledger.nonceOf(party)).to.equal(1);
    });

    it('are registered by the registrar alone', async function () {
      const { ledger, admin, anchorer, stranger } = await loadFixture(deployWithEntries);
      const signature = await sign(key, 'ProvenanceKey', ledger, party, key);
      for (const other of [admin, anchorer.runner, stranger]) {
        await expect(ledger.connect(other).registerKey(party, key, signature)).to.be.revertedWithCustomError(
          ledger,
          'AccessControlUnauthorizedAccount',
        );
      }
    });

    it('have signed for this ledger, this party, this key and this nonce', async function () {
      const { ledger, registrar } = await loadFixture(deployWithEntries);
      const otherLedger = (await deployFirst()).ledger;
      const bad = [
        '0x',
        await sign(second, 'ProvenanceKey', ledger, party, key),
        await sign(key, 'ProvenanceKey', otherLedger, party, key),
        await sign(key, 'ProvenanceKey', ledger, ethers.id('another'), key),
        await sign(key, 'ProvenanceKey', ledger, party, second),
        await sign(key, 'ProvenanceKey', ledger, party, key, { nonce: 1 }),
        await sign(key, 'ProvenanceKeyAddition', ledger, party, key),
        withHighS(await sign(key, 'ProvenanceKey', ledger, party, key)),
        (await sign(key, 'ProvenanceKey', ledger, party, key)) + '00',
        ethers.Signature.from(await sign(key, 'ProvenanceKey', ledger, party, key)).compactSerialized,
        `0x${'00'.repeat(65)}`,
      ];
      for (const signature of bad) {
        await expect(ledger.connect(registrar).registerKey(party, key, signature))
          .to.be.revertedWithCustomError(ledger, 'KeySignatureInvalid')
          .withArgs(party, key.address);
      }
    });

    it('are of a named party and a key', async function () {
      const { ledger, registrar } = await loadFixture(deployWithEntries);
      const none = ethers.ZeroHash;
      const asRegistrar = ledger.connect(registrar);
      const signature = await sign(key, 'ProvenanceKey', ledger, none, key);
      await expect(asRegistrar.registerKey(none, key, signature)).to.be.revertedWithCustomError(ledger, 'PartyMissing');
      await expect(
        asRegistrar.registerKey(party, ethers.ZeroAddress, `0x${'00'.repeat(65)}`),
      ).to.be.revertedWithCustomError(ledger, 'KeyMissing');
    });

    it('are the only ones the registrar can register', async function () {
      const { ledger, registrar } = await loadFixture(deployWithKey);
      const signature = await sign(second, 'ProvenanceKey', ledger, party, second);
      await expect(ledger.connect(registrar).registerKey(party, second, signature))
        .to.be.revertedWithCustomError(ledger, 'PartyHasKey')
        .withArgs(party);
    });

    it('stay so when the party has revoked its last key', async function () {
      const { ledger, registrar } = await loadFixture(deployWithKey);
      await revoke(ledger, key, key);
      for (const next of [key, second]) {
        const signature = await sign(next, 'ProvenanceKey', ledger, party, next);
        await expect(ledger.connect(registrar).registerKey(party, next, signature)).to.be.revertedWithCustomError(
          ledger,
          'PartyHasKey',
        );
      }
    });

    it('may belong to two parties, each with a validity of its own', async function () {
      const { ledger, registrar } = await loadFixture(deployWithKey);
      const other = ethers.id('another');
      await ledger.connect(registrar).registerKey(other, key, await sign(key, 'ProvenanceKey', ledger, other, key));
      await revoke(ledger, key, key);
      expect((await ledger.keyOf(other, key)).validUntil).to.equal(OPEN);
    });
  });

  describe('added', function () {
    it('are signed for by themselves and by a key of the party, and sent by anyone', async function () {
      const { ledger, anchorer } = await loadFixture(deployWithKey);
      await anchorer.anchor(7, log.root(7), log.consistency(5, 7));
      await expect(add(ledger, second, key))
        .to.emit(ledger, 'KeyRegistered')
        .withArgs(party, second.address, 7, REGISTERED);
      expect(await ledger.keyOf(party, second)).to.deep.equal([7n, OPEN, OPEN, REGISTERED]);
      expect((await ledger.keyOf(party, key)).validUntil).to.equal(OPEN);
    });

    it('are refused without either signature', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      const bySecond = await sign(second, 'ProvenanceKey', ledger, party, second);
      const byKey = await sign(key, 'ProvenanceKeyAddition', ledger, party, second);
      await expect(
        ledger.addKey(party, second, bySecond, await sign(second, 'ProvenanceKeyAddition', ledger, party, second)),
      ).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
      for (const bad of ['0x', withHighS(byKey), await sign(key, 'ProvenanceKey', ledger, party, second)]) {
        await expect(ledger.addKey(party, second, bySecond, bad))
          .to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid')
          .withArgs(party);
      }
      for (const bad of ['0x', await sign(key, 'ProvenanceKey', ledger, party, second)]) {
        await expect(ledger.addKey(party, second, bad, byKey)).to.be.revertedWithCustomError(
          ledger,
          'KeySignatureInvalid',
        );
      }
    });

    it('are not known already, valid or revoked', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      await add(ledger, second, key);
      await expect(add(ledger, second, key))
        .to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown')
        .withArgs(party, second.address);
      await revoke(ledger, second, key);
      await expect(add(ledger, second, key)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
    });

    it('are not added twice by one message', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      const keySignature = await sign(second, 'ProvenanceKey', ledger, party, second);
      const ownerSignature = await sign(key, 'ProvenanceKeyAddition', ledger, party, second);
      await ledger.addKey(party, second, keySignature, ownerSignature);
      await expect(ledger.addKey(party, second, keySignature, ownerSignature)).to.be.revertedWithCustomError(
        ledger,
        'OwnerSignatureInvalid',
      );
    });

    it('are not added by a key of another party, or by a revoked one', async function () {
      const { ledger, registrar } = await loadFixture(deployWithKey);
      const other = ethers.id('another');
      await ledger
        .connect(registrar)
        .registerKey(other, third, await sign(third, 'ProvenanceKey', ledger, other, third));
      await expect(add(ledger, second, third)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
      await revoke(ledger, key, key);
      await expect(add(ledger, second, key)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
    });
  });

  describe('revoked', function () {
    it('are valid up to the head of the log', async function () {
      const { ledger, anchorer } = await loadFixture(deployWithKey);
      await add(ledger, second, key);
      await anchorer.anchor(7, log.root(7), log.consistency(5, 7));
      await expect(revoke(ledger, key, second))
        .to.emit(ledger, 'KeyRevoked')
        .withArgs(party, key.address, 7);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, 7n, OPEN, REGISTERED]);
    });

    it('are revoked by a key of the party alone, and once', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      await expect(revoke(ledger, key, second)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
      await expect(revoke(ledger, second, key))
        .to.be.revertedWithCustomError(ledger, 'KeyUnknown')
        .withArgs(party, second.address);
      await add(ledger, second, key);
      await revoke(ledger, second, key);
      await expect(revoke(ledger, second, key))
        .to.be.revertedWithCustomError(ledger, 'KeyAlreadyRevoked')
        .withArgs(party, second.address);
    });
  });

  describe('reported as compromised', function () {
    it('are so since the stated leaf, and are revoked', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      const reported = report(ledger, key, 2, key);
      await expect(reported).to.emit(ledger, 'KeyReportedCompromised').withArgs(party, key.address, 2);
      await expect(reported).to.emit(ledger, 'KeyRevoked').withArgs(party, key.address, 5);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, 5n, 2n, REGISTERED]);
    });

    it('may be revoked already, and keep the end of their validity', async function () {
      const { ledger, anchorer } = await loadFixture(deployWithKey);
      await add(ledger, second, key);
      await revoke(ledger, key, second);
      await anchorer.anchor(7, log.root(7), log.consistency(5, 7));
      await expect(report(ledger, key, 6, second)).not.to.emit(ledger, 'KeyRevoked');
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, 5n, 6n, REGISTERED]);
    });

    it('may turn out to have been so earlier, never later', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      await add(ledger, second, key);
      await report(ledger, key, 4, second);
      for (const since of [4, 5]) {
        await expect(report(ledger, key, since, second))
          .to.be.revertedWithCustomError(ledger, 'ReportInvalid')
          .withArgs(since);
      }
      await report(ledger, key, 1, second);
      expect((await ledger.keyOf(party, key)).compromisedSince).to.equal(1);
    });

    it('are not so since a leaf that does not exist', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      for (const since of [6n, OPEN]) {
        await expect(report(ledger, key, since, key))
          .to.be.revertedWithCustomError(ledger, 'ReportInvalid')
          .withArgs(since);
      }
    });

    it('are reported by a valid key of the party, for the very leaf that it names', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      await expect(report(ledger, key, 2, second)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
      await expect(report(ledger, second, 2, key)).to.be.revertedWithCustomError(ledger, 'KeyUnknown');
      const signature = await sign(key, 'ProvenanceKeyCompromise', ledger, party, key, { since: 4 });
      await expect(ledger.reportCompromised(party, key, 0, signature)).to.be.revertedWithCustomError(
        ledger,
        'OwnerSignatureInvalid',
      );
    });

    it('add no keys any more', async function () {
      const { ledger } = await loadFixture(deployWithKey);
      await report(ledger, key, 2, key);
      await expect(add(ledger, second, key)).to.be.revertedWithCustomError(ledger, 'OwnerSignatureInvalid');
    });
  });

  describe('of the ledger itself', function () {
    async function deployWithLedgerKey() {
      const deployed = await deployWithEntries();
      const { ledger, admin } = deployed;
      const id = await ledger.ledgerId();
      await ledger.connect(admin).registerKey(id, key, await sign(key, 'ProvenanceKey', ledger, id, key));
      return { ...deployed, id };
    }

    it('are registered by the admin alone, as many as it likes', async function () {
      const { ledger, id, admin, registrar } = await loadFixture(deployWithLedgerKey);
      const signature = await sign(second, 'ProvenanceKey', ledger, id, second);
      await expect(ledger.connect(registrar).registerKey(id, second, signature)).to.be.revertedWithCustomError(
        ledger,
        'AccessControlUnauthorizedAccount',
      );
      await ledger.connect(admin).registerKey(id, second, signature);
      await ledger.connect(admin).addKey(id, third, await sign(third, 'ProvenanceKey', ledger, id, third), '0x');
      for (const each of [key, second, third]) {
        expect(await ledger.keyOf(id, each)).to.deep.equal([5n, OPEN, OPEN, REGISTERED]);
      }
    });

    it('have signed themselves also where keys are carried over', async function () {
      const { ledger, admin } = await deploySuccessor(5, log.root(5));
      const id = await ledger.ledgerId();
      await expect(ledger.connect(admin).registerKey(id, key, '0x')).to.be.revertedWithCustomError(
        ledger,
        'KeySignatureInvalid',
      );
    });

    it('are revoked and reported by the admin, not by themselves', async function () {
      const { ledger, id, admin } = await loadFixture(deployWithLedgerKey);
      const signature = await sign(key, 'ProvenanceKeyRevocation', ledger, id, key);
      await expect(ledger.revokeKey(id, key, signature)).to.be.revertedWithCustomError(
        ledger,
        'AccessControlUnauthorizedAccount',
      );
      await expect(ledger.connect(admin).revokeKey(id, key, signature)).to.be.revertedWithCustomError(
        ledger,
        'OwnerSignatureInvalid',
      );
      await ledger.connect(admin).revokeKey(id, key, '0x');
      await ledger.connect(admin).reportCompromised(id, key, 3, '0x');
      expect(await ledger.keyOf(id, key)).to.deep.equal([5n, 5n, 3n, REGISTERED]);
    });

    it('are never proposed', async function () {
      const { ledger, id, registrar } = await loadFixture(deployWithLedgerKey);
      const signature = await sign(second, 'ProvenanceKey', ledger, id, second);
      await expect(ledger.connect(registrar).proposeKey(id, second, signature))
        .to.be.revertedWithCustomError(ledger, 'PartyTakesNoProposal')
        .withArgs(id);
    });
  });

  describe('on a closed contract', function () {
    async function deployClosed() {
      const deployed = await deployWithKey();
      const elsewhere = '0x00000000000000000000000000000000000A11cE';
      await deployed.ledger.connect(deployed.admin).succeed(100, elsewhere);
      return deployed;
    }

    it('are no more added', async function () {
      const { ledger, registrar } = await loadFixture(deployClosed);
      const other = ethers.id('another');
      const asRegistrar = ledger.connect(registrar);
      const signature = await sign(second, 'ProvenanceKey', ledger, party, second);
      for (const refused of [
        async () => asRegistrar.registerKey(other, second, await sign(second, 'ProvenanceKey', ledger, other, second)),
        () => add(ledger, second, key),
        () => asRegistrar.proposeKey(party, second, signature),
        () => asRegistrar.applyProposal(party, second),
      ]) {
        await expect(refused()).to.be.revertedWithCustomError(ledger, 'LedgerClosed');
      }
    });

    it('can still be revoked and reported, which takes away and gives nothing', async function () {
      const { ledger } = await loadFixture(deployClosed);
      await report(ledger, key, 2, key);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, 5n, 2n, REGISTERED]);
    });
  });

  describe('on a successor', function () {
    async function deployNext() {
      const { ledger, ...signers } = await deploySuccessor(5, log.root(5));
      return { ...signers, ledger: ledger.connect(signers.stranger) };
    }

    async function carry(ledger, registrar, carried) {
      return ledger.connect(registrar).registerKey(party, carried, '0x');
    }

    async function register(ledger, registrar, registered) {
      const signature = await sign(registered, 'ProvenanceKey', ledger, party, registered);
      return ledger.connect(registrar).registerKey(party, registered, signature);
    }

    it('are registered with their own signature', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await register(ledger, registrar, key);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, OPEN, OPEN, REGISTERED]);
    });

    it('are reassigned without it', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await expect(carry(ledger, registrar, key))
        .to.emit(ledger, 'KeyRegistered')
        .withArgs(party, key.address, 5, REASSIGNED);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, OPEN, OPEN, REASSIGNED]);
      expect(await ledger.standingOf(party)).to.equal(REASSIGNED);
    });

    it('are registered when the signature comes later', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await carry(ledger, registrar, key);
      await register(ledger, registrar, key);
      expect(await ledger.keyOf(party, key)).to.deep.equal([5n, OPEN, OPEN, REGISTERED]);
      await expect(register(ledger, registrar, second)).to.be.revertedWithCustomError(ledger, 'PartyHasKey');
    });

    it('are not locked out by a wrong one that was carried over', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await carry(ledger, registrar, third);
      await register(ledger, registrar, key);
      await expect(revoke(ledger, key, third)).to.be.revertedWithCustomError(ledger, 'KeyOutranksOwner');
      await revoke(ledger, third, key);
      expect(await ledger.standingOf(party)).to.equal(REGISTERED);
    });

    it('are carried over once, to a party without keys', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await carry(ledger, registrar, key);
      await expect(carry(ledger, registrar, second)).to.be.revertedWithCustomError(ledger, 'PartyHasKey');
      await register(ledger, registrar, key);
      await expect(carry(ledger, registrar, second)).to.be.revertedWithCustomError(ledger, 'PartyHasKey');
    });

    it('do not come back by their signature once revoked', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      await carry(ledger, registrar, key);
      await revoke(ledger, key, key);
      await expect(register(ledger, registrar, key)).to.be.revertedWithCustomError(ledger, 'KeyAlreadyKnown');
    });

    it('are carried over for a named party and a key only', async function () {
      const { ledger, registrar } = await loadFixture(deployNext);
      const asRegistrar = ledger.connect(registrar);
      await expect(asRegistrar.registerKey(party, ethers.ZeroAddress, '0x')).to.be.revertedWithCustomError(
        ledger,
        'KeyMissing',
      );
      await expect(asRegistrar.registerKey(ethers.ZeroHash, key, '0x')).to.be.revertedWithCustomError(
        ledger,
        'PartyMissing',
      );
    });

    it('cannot be had by what was signed on the contract before', async function () {
      const { ledger: first, admin, registrar } = await loadFixture(deployWithEntries);
      const signature = await sign(key, 'ProvenanceKey', first, party, key);
      const factory = await ethers.getContractFactory('ProvenanceLedger');
      const next = await factory.deploy(admin, await first.ledgerId(), 1, first, 5, log.root(5));
      await next.connect(admin).grantRole(ethers.id('REGISTRAR'), registrar);

      expect(await next.nonceOf(party)).to.equal(5n << 16n);
      await expect(next.connect(registrar).registerKey(party, key, signature)).to.be.revertedWithCustomError(
        next,
        'KeySignatureInvalid',
      );
    });
  });

  it('use up a nonce of their party with each change', async function () {
    const { ledger } = await loadFixture(deployWithKey);
    const nonces = [await ledger.nonceOf(party)];
    for (const change of [
      () => add(ledger, second, key),
      () => add(ledger, third, second),
      () => revoke(ledger, second, key),
      () => report(ledger, third, 2, key),
    ]) {
      await change();
      nonces.push(await ledger.nonceOf(party));
    }
    expect(nonces).to.deep.equal([1n, 2n, 3n, 4n, 5n]);
  });

  it('nobody has ever named are unknown', async function () {
    const { ledger } = await loadFixture(deployWithEntries);
    expect(await ledger.keyOf(party, key)).to.deep.equal([0n, 0n, 0n, NONE]);
    expect(await ledger.standingOf(party)).to.equal(NONE);
    expect(await ledger.nonceOf(party)).to.equal(0);
  });
});
