'use strict';
// Adds up what everybody holds: not one gram of coffee may be missing, or be there twice.

const GRAMS = { KGM: 1000, GRM: 1 };

/** What a party still holds, in grams or pieces. */
async function held(call, item) {
  const { balance = [] } = await call('GET', `/api/items?item=${encodeURIComponent(item)}`);
  return balance.reduce((sum, { value, uom }) => sum + Math.round(value * (uom ? GRAMS[uom] : 1)), 0);
}

async function scales({ as, say }, { cherries, second, green, bags }) {
  const expected = [
    ['el-mirador', cherries, 0],
    ['san-isidro', cherries, 0],
    ['san-isidro', second, 0],
    ['san-isidro', green, 0],
    ['import-nord', green, 229_000],
    ['donau', green, 6_750],
    ['donau', bags, 0],
    ['vltava', bags, 443],
  ];
  for (const [party, item, amount] of expected) {
    const found = await held(as[party], item);
    if (found !== amount) {
      throw new Error(`${party} should hold ${amount} of ${item}, and the ledger says ${found}.`);
    }
  }
  say(
    'every gram of green coffee is accounted for: 380,000 = 229,000 in Hamburg + 144,000 roasted + 250 cupped + 6,750 in Linz',
  );
}

module.exports = { scales };
