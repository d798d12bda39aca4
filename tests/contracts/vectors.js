const { expect } = require('chai');
const fs = require('node:fs');
const path = require('node:path');
const { deploySuccessor } = require('./support/ledger');
const { Log, leafHash } = require('./support/merkle');

const folder = path.join(
  process.env.PROVENANCE_CONFORMANCE ?? path.join(__dirname, '..', '..', '..', 'shared', 'conformance'),
  'merkle',
);
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

// Our own trees and our own proofs would agree with each other also if both were wrong.
describe('Vectors made by others', function () {
  before(function () {
    if (fs.existsSync(folder)) return;
    if (process.env.CI) throw new Error(`no conformance data in ${folder}`);
    console.log(`    skipped: no conformance data; name its folder in PROVENANCE_CONFORMANCE`);
    this.skip();
  });

  it('give the roots that the trees of these tests have', function () {
    const { leafInputsHex, rootBySizeHex } = read(path.join(folder, 'rfc6962-roots-0-8.json'));
    const log = Log.of(leafInputsHex.map((hex) => leafHash(Buffer.from(hex, 'hex'))));
    for (let size = 1; size <= leafInputsHex.length; size++) {
      expect(log.root(size).toString('hex')).to.equal(rootBySizeHex[size]);
    }
  });

  it('of consistency proofs are accepted where they are good and refused where they are bad', async function () {
    const files = fs.readdirSync(path.join(folder, 'consistency'), { recursive: true });
    const vectors = files
      .filter((name) => name.endsWith('.json'))
      .map((name) => read(path.join(folder, 'consistency', name)));
    const seen = { good: 0, bad: 0 };
    for (const { size1, size2, root1, root2, proof, desc, wantErr } of vectors) {
      const [oldRoot, newRoot, ...hashes] = [root1, root2, ...(proof ?? [])].map((text) => Buffer.from(text, 'base64'));
      // A contract has no head of size 0 with a root, and the ABI no hash of another width.
      const cannotBeAsked = size1 === 0 || [oldRoot, newRoot, ...hashes].some((hash) => hash.length !== 32);
      // Growth by nothing is consistent, but there is nothing to anchor.
      if (cannotBeAsked || (size1 === size2 && !wantErr)) continue;

      const { ledger } = await deploySuccessor(size1, oldRoot);
      const anchored = ledger.anchor(size2, newRoot, hashes);
      await (wantErr ? expect(anchored, desc).to.be.reverted : anchored);
      seen[wantErr ? 'bad' : 'good']++;
    }
    expect(seen.good).to.be.at.least(3);
    expect(seen.bad).to.be.at.least(20);
  });
});
