const { expect } = require('chai');
const { artifacts, ethers } = require('hardhat');
const { deployFirst, deploySuccessor } = require('./support/ledger');
const { Log, hex } = require('./support/merkle');
const { sign } = require('./support/messages');

const coder = ethers.AbiCoder.defaultAbiCoder();
const OPEN = 2n ** 64n - 1n;

/** Slot of `key`'s value in the mapping at `slot`. */
const entry = (type, key, slot) => BigInt(ethers.keccak256(coder.encode([type, 'uint256'], [key, slot])));

// Proofs show these slots to verifiers that will never ask the contract itself: they are a format.
describe('Storage', function () {
  const log = Log.numbered(64);
  const party = ethers.id('a party');
  const [key, second] = ['first', 'second'].map((name) => new ethers.Wallet(ethers.id(name)));

  async function wordAt(contract, slot) {
    return BigInt(await ethers.provider.getStorage(contract, slot));
  }

  it('of a successor holds its lineage, its head and what it has accepted', async function () {
    const id = ethers.id('the first');
    const { ledger, admin } = await deploySuccessor(9, log.root(9), id);
    await ledger.anchor(12, log.root(12), log.consistency(9, 12));
    await ledger.connect(admin).succeed(77, '0x00000000000000000000000000000000000b0b00');
    const { time } = await ledger.head();

    expect(await wordAt(ledger, 1)).to.equal(BigInt(id));
    expect(await wordAt(ledger, 2)).to.equal(100n);
    expect(await wordAt(ledger, 3)).to.equal((9n << 160n) | 0xa11cen);
    expect(await wordAt(ledger, 4)).to.equal(BigInt(hex(log.root(9))));
    expect(await wordAt(ledger, 5)).to.equal(BigInt(hex(log.root(12))));
    expect(await wordAt(ledger, 6)).to.equal((time << 64n) | 12n);
    expect(await wordAt(ledger, 7)).to.equal(77n);
    expect(await wordAt(ledger, 8)).to.equal(0xb0b00n);
    expect(await wordAt(ledger, entry('bytes32', log.root(12), 9))).to.equal((time << 64n) | 12n);
    expect(await wordAt(ledger, entry('bytes32', log.root(11), 9))).to.equal(0n);
  });

  it('holds a key in one word: validity, report, status', async function () {
    const { ledger, registrar } = await deployFirst();
    const slot = entry('address', key.address, entry('bytes32', party, 10));
    await ledger.anchor(5, log.root(5), []);
    const asRegistrar = ledger.connect(registrar);
    await asRegistrar.registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
    expect(await wordAt(ledger, slot)).to.equal((1n << 192n) | (OPEN << 128n) | (OPEN << 64n) | 5n);

    await ledger.anchor(7, log.root(7), log.consistency(5, 7));
    const report = await sign(key, 'ProvenanceKeyCompromise', ledger, party, key, { since: 6 });
    await ledger.reportCompromised(party, key, 6, report);
    expect(await wordAt(ledger, slot)).to.equal((1n << 192n) | (6n << 128n) | (7n << 64n) | 5n);
  });

  it('holds a party’s changes and standing, and its proposal', async function () {
    const { ledger, registrar } = await deployFirst();
    const asRegistrar = ledger.connect(registrar);
    await asRegistrar.registerKey(party, key, await sign(key, 'ProvenanceKey', ledger, party, key));
    await asRegistrar.proposeKey(party, second, await sign(second, 'ProvenanceKey', ledger, party, second));
    const { applicableFrom } = await ledger.proposalOf(party);

    expect(await wordAt(ledger, entry('bytes32', party, 11))).to.equal((1n << 64n) | 1n);
    expect(await wordAt(ledger, entry('bytes32', party, 12))).to.equal(
      (applicableFrom << 160n) | BigInt(second.address),
    );
  });

  it('is laid out as compiled, and nothing else is in it', async function () {
    const { output } = await artifacts.getBuildInfo('contracts/ProvenanceLedger.sol:ProvenanceLedger');
    const { storage } = output.contracts['contracts/ProvenanceLedger.sol'].ProvenanceLedger.storageLayout;
    expect(storage.map(({ slot, offset, label }) => `${slot}+${offset} ${label}`)).to.deep.equal([
      '0+0 _roles',
      '1+0 ledgerId',
      '2+0 predecessorChainId',
      '3+0 predecessor',
      '3+20 startSize',
      '4+0 startRoot',
      '5+0 _headRoot',
      '6+0 _headSize',
      '6+8 _headTime',
      '7+0 successorChainId',
      '8+0 successor',
      '9+0 _anchors',
      '10+0 _keys',
      '11+0 _parties',
      '12+0 _proposals',
    ]);
  });

  it('makes every deployment the same code', async function () {
    const first = await deployFirst();
    const next = await deploySuccessor(9, log.root(9));
    const { deployedBytecode } = await artifacts.readArtifact('ProvenanceLedger');
    for (const { ledger } of [first, next]) {
      expect(await ethers.provider.getCode(ledger)).to.equal(deployedBytecode);
    }
  });
});
