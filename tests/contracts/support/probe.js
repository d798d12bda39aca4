const { ethers } = require('hardhat');
const { ANCHORER } = require('./ledger');

const BATCH = 250; // about 15 million gas

/** Tries forged anchors on a ledger's present head, many at once. */
class Probe {
  static async on(ledger, admin) {
    const contract = await ethers.deployContract('Probe');
    await ledger.connect(admin).grantRole(ANCHORER, contract);
    return new Probe(contract, ledger);
  }

  constructor(contract, ledger) {
    this.contract = contract;
    this.ledger = ledger;
    this.tried = 0;
  }

  /**
   * @param forgeries Lists of what is forged, size, root, proof.
   * @returns What was not refused as inconsistent: nothing, one hopes.
   */
  async accepted(forgeries) {
    const inconsistent = this.ledger.interface.getError('Inconsistent').selector;
    const calls = forgeries.map(([, ...anchor]) => this.ledger.interface.encodeFunctionData('anchor', anchor));
    const errors = [];
    for (let i = 0; i < calls.length; i += BATCH) {
      errors.push(...(await this.contract.refusals.staticCall(this.ledger, calls.slice(i, i + BATCH))));
    }
    this.tried += forgeries.length;
    return forgeries.filter((_, i) => errors[i] !== inconsistent).map(([what]) => what);
  }
}

module.exports = { Probe };
