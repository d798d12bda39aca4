const { ethers } = require('hardhat');

// Written out once more, not read from the contract: whoever signs elsewhere has only these texts.
const field = (type, name) => ({ name, type });
const subject = [field('bytes32', 'party'), field('address', 'key')];
const types = {
  ProvenanceKey: [...subject, field('uint64', 'nonce')],
  ProvenanceKeyAddition: [...subject, field('uint64', 'nonce')],
  ProvenanceKeyRevocation: [...subject, field('uint64', 'nonce')],
  ProvenanceKeyCompromise: [...subject, field('uint64', 'since'), field('uint64', 'nonce')],
  ProvenanceProposalRejection: [...subject, field('uint64', 'nonce')],
};

/** Signs `type` about `key` of `party` for this ledger, at the party's present nonce unless `more` names another. */
async function sign(signer, type, ledger, party, key, more = {}) {
  const domain = { name: 'Provenance', version: '1', salt: await ledger.ledgerId() };
  const message = { party, key: await ethers.resolveAddress(key), nonce: await ledger.nonceOf(party), ...more };
  return signer.signTypedData(domain, { [type]: types[type] }, message);
}

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature that curve arithmetic accepts for the same message and key. */
function withHighS(signature) {
  const { r, s, yParity } = ethers.Signature.from(signature);
  return ethers.concat([r, ethers.toBeHex(ORDER - BigInt(s), 32), yParity ? '0x1b' : '0x1c']);
}

module.exports = { sign, withHighS };
