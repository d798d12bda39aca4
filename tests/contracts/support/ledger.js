const { ethers } = require('hardhat');

const ANCHORER = ethers.id('ANCHORER');
const REGISTRAR = ethers.id('REGISTRAR');

/** A first contract with a key of its own for each role. */
async function deployFirst() {
  const [admin, anchorer, registrar, stranger] = await ethers.getSigners();
  const ledger = await ethers.deployContract('ProvenanceLedger', [
    admin,
    ethers.ZeroHash,
    0,
    ethers.ZeroAddress,
    0,
    ethers.ZeroHash,
  ]);
  return { ledger: await withRoles(ledger, admin, anchorer, registrar), admin, anchorer, registrar, stranger };
}

/** A successor whose history starts with `size` entries under `root`. */
async function deploySuccessor(size, root, ledgerId = ethers.id('a ledger that began elsewhere')) {
  const [admin, anchorer, registrar, stranger] = await ethers.getSigners();
  const lost = '0x00000000000000000000000000000000000A11cE';
  const ledger = await ethers.deployContract('ProvenanceLedger', [admin, ledgerId, 100, lost, size, root]);
  return { ledger: await withRoles(ledger, admin, anchorer, registrar), admin, anchorer, registrar, stranger };
}

/** Calls go out from the anchorer unless a test connects another. */
async function withRoles(ledger, admin, anchorer, registrar) {
  await ledger.connect(admin).grantRole(ANCHORER, anchorer);
  await ledger.connect(admin).grantRole(REGISTRAR, registrar);
  return ledger.connect(anchorer);
}

module.exports = { ANCHORER, REGISTRAR, deployFirst, deploySuccessor };
