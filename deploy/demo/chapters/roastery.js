'use strict';
// The green coffee crosses the sea and becomes 480 bags. A typing error is corrected, a shipment entered twice is voided.
const { PRODUCTS } = require('../cast');
const { daysAgo, dateIn } = require('../http');
const { pallet: palletOf } = require('../gs1');
const { photo } = require('../files');

async function voyage({ step, say }, green) {
  await step('san-isidro', {
    step: 'ship',
    at: daysAgo(148, '11:00', -5),
    items: [{ item: green, quantity: 380, uom: 'kg' }],
    to: { party: 'import-nord', place: 'main' },
    documents: [{ type: 'bol', number: 'HLCU-77120' }],
  });
  await step('import-nord', {
    step: 'receive',
    at: daysAgo(115, '08:20', 2),
    items: [{ item: green, quantity: 380, uom: 'kg' }],
    from: { party: 'san-isidro' },
  });
  await step('import-nord', {
    step: 'ship',
    at: daysAgo(20, '14:00', 1),
    items: [{ item: green, quantity: 151, uom: 'kg' }],
    to: { party: 'donau', place: 'main' },
    documents: [{ type: 'desadv', number: 'LS-881' }],
  });
  const typed = await step('donau', {
    step: 'receive',
    at: daysAgo(18, '07:45', 1),
    items: [{ item: green, quantity: 115, uom: 'kg' }],
    from: { party: 'import-nord' },
  });
  await step('donau', {
    step: 'correct',
    event: typed.eventId,
    replacement: { items: [{ item: green, quantity: 151, uom: 'kg' }] },
  });
  say('151 kg reached the roastery in Linz by Hamburg; typed as 115, then corrected; both stay on record');
}

async function roast({ as, step, say }, green) {
  const picture = photo();
  const kept = await as.donau('POST', '/api/documents', picture);
  say(`a photo of the bag is kept without what the camera wrote into it (${picture.length - kept.size} bytes less)`);
  await step('donau', {
    step: 'sample',
    at: daysAgo(10, '15:00', 1),
    items: [{ item: green, quantity: 0.25, uom: 'kg' }],
    note: 'Cupping',
  });
  const bags = await step('donau', {
    step: 'transform',
    at: daysAgo(9, '09:41', 1),
    inputs: [{ item: green, quantity: 144, uom: 'kg' }],
    outputs: [
      {
        product: { gtin: PRODUCTS.bag.gtin, image: kept.url },
        lot: 'L2611-07',
        quantity: 480,
        uom: 'piece',
        bestBefore: dateIn(356),
      },
    ],
    note: '24 kg of water and chaff went with the roasting',
  });
  await as.donau('PATCH', '/api/items', {
    item: `https://id.gs1.org/01/${PRODUCTS.bag.gtin}`,
    photo: kept.sha256,
    quantity: true,
  });
  return bags;
}

async function deliver({ step, say }, bags) {
  const pallet = palletOf('123456');
  await step('donau', {
    step: 'pack',
    at: daysAgo(8, '10:30', 1),
    into: pallet,
    contents: [{ item: bags, quantity: 480, uom: 'piece' }],
  });
  const shipment = {
    step: 'ship',
    at: daysAgo(7, '06:00', 1),
    items: [{ item: pallet }],
    to: { party: 'vltava', place: 'main' },
    documents: [{ type: 'desadv', number: 'LS-1207' }],
  };
  await step('donau', shipment);
  const twice = await step('donau', { ...shipment, again: true });
  await step('donau', { step: 'void', event: twice.eventId });
  await step('vltava', {
    step: 'receive',
    at: daysAgo(6, '09:15', 1),
    items: [{ item: pallet }],
    from: { party: 'donau' },
  });
  await step('vltava', { step: 'unpack', at: daysAgo(6, '11:00', 1), from: pallet });
  await step('vltava', {
    step: 'sell',
    at: daysAgo(2, '18:00', 1),
    items: [{ item: bags, quantity: 37, uom: 'piece' }],
  });
  say('480 bags were roasted, packed, shipped and unpacked in Prague; a shipment entered twice was voided');
}

/** @returns the answer to the roasting: the lot of bags */
async function roastery(told, green) {
  await voyage(told, green);
  const bags = await roast(told, green);
  await deliver(told, bags.item);
  return bags;
}

module.exports = { roastery };
