'use strict';
// The whole story, told only over HTTP into an empty ledger: one bag of coffee from two farms in Huila to a shop in Prague, and a cheese whose milk is recalled.
const { PARTIES, setUp } = require('./cast');
const { caller } = require('./http');
const { harvest } = require('./chapters/harvest');
const { roastery } = require('./chapters/roastery');
const { dairy } = require('./chapters/dairy');
const { scales } = require('./chapters/scales');

/**
 * Tells the story and waits until all of it is on the chain.
 * @param {string} url the server's address
 * @param {string} adminKey
 * @param {(line: string) => void} say
 */
async function tell(url, adminKey, say) {
  const admin = caller(url, adminKey);
  const keys = await setUp(url, admin, say);
  const as = Object.fromEntries(PARTIES.map((p) => [p.slug, caller(url, keys[p.slug])]));
  const told = { as, say, step: (party, body) => as[party]('POST', '/api/batches/events', body) };

  const coffee = await harvest(told);
  const bags = await roastery(told, coffee.green);
  const { milk, cheese } = await dairy(told);
  await scales(told, { ...coffee, bags: bags.item });

  const { size, rpc, contract } = await admin('POST', '/api/anchor');
  const pageOf = async (item) => new URL((await admin('GET', `/api/items?${query(item)}`)).page, url).href;
  return {
    parties: PARTIES.length,
    events: size,
    item: bags.item,
    buyer: new URL(bags.page, url).href,
    qr: `${url}/qr?${query(bags.item)}&format=svg`,
    recalled: await pageOf(milk),
    affected: await pageOf(cheese),
    forward: `${url}/api/trace?${query(milk)}&direction=forward`,
    bundle: `${url}/api/export?${query(bags.item)}&format=bundle`,
    supplierKey: keys.donau,
    auditorKey: keys.auditor,
    rpc,
    contract,
  };
}

const query = (item) => `item=${encodeURIComponent(item)}`;

module.exports = { tell };
