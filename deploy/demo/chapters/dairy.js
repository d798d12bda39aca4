'use strict';
// Two small firms without GS1 numbers: milk becomes cheese with salt known only from papers, a van gets too warm, the milk is recalled.
const { PRODUCTS } = require('../cast');
const { daysAgo, dateIn } = require('../http');

async function makeCheese({ as, step, say }) {
  const milk = await as.brandner('POST', '/api/batches', {
    product: { sku: PRODUCTS.milk.sku },
    lot: 'M-46',
    quantity: 420,
    uom: 'l',
    at: daysAgo(16, '06:10', 1),
    origin: { country: 'AT', place: 'Almtal, Upper Austria' },
    readings: [{ type: 'Temperature', value: 3.8, uom: 'CEL', min: 2, max: 6 }],
  });
  await step('brandner', {
    step: 'ship',
    at: daysAgo(16, '07:00', 1),
    items: [{ item: milk.item, quantity: 420, uom: 'l' }],
    to: { party: 'almtal', place: 'main' },
    sold: true,
  });
  await step('almtal', {
    step: 'receive',
    at: daysAgo(16, '07:50', 1),
    items: [{ item: milk.item, quantity: 420, uom: 'l' }],
    from: { party: 'brandner' },
  });
  const cheese = await step('almtal', {
    step: 'transform',
    at: daysAgo(15, '05:30', 1),
    inputs: [
      { item: milk.item, quantity: 420, uom: 'l' },
      {
        product: { sku: 'SALT', name: 'Salt' },
        lot: '77',
        quantity: 1.2,
        uom: 'kg',
        supplier: { name: 'Saline Süd', country: 'AT' },
      },
    ],
    outputs: [
      { product: { sku: PRODUCTS.camembert.sku }, lot: 'CA-47A', quantity: 160, uom: 'piece', useBy: dateIn(18) },
      { product: { sku: PRODUCTS.camembert.sku }, lot: 'CA-47B', quantity: 80, uom: 'piece', useBy: dateIn(18) },
    ],
  });
  say('a dairy without GS1 numbers made 240 camemberts of hay milk, and of salt known only from its supplier’s papers');
  return { milk: milk.item, lots: cheese.items };
}

async function deliverCold({ step, say }, [cheese]) {
  const shipment = await step('almtal', {
    step: 'ship',
    at: daysAgo(5, '04:30', 1),
    items: [{ item: cheese, quantity: 120, uom: 'piece' }],
    to: { party: 'vltava', place: 'main' },
    documents: [{ type: 'desadv', number: 'KA-0311' }],
  });
  await step('almtal', {
    step: 'observe',
    at: daysAgo(5, '09:20', 1),
    items: [{ item: cheese, quantity: 120, uom: 'piece' }],
    readings: [
      { type: 'Temperature', value: 4.6, uom: 'CEL', min: 2, max: 8, at: daysAgo(5, '05:00', 1) },
      { type: 'Temperature', value: 11.4, uom: 'CEL', min: 2, max: 8, at: daysAgo(5, '07:40', 1) },
      { type: 'Temperature', value: 6.1, uom: 'CEL', min: 2, max: 8, at: daysAgo(5, '09:00', 1) },
    ],
  });
  await step('vltava', {
    step: 'receive',
    at: daysAgo(5, '10:05', 1),
    shipment: shipment.eventId,
    items: [{ item: cheese, quantity: 118, uom: 'piece' }],
  });
  await step('vltava', {
    step: 'sell',
    at: daysAgo(3, '18:00', 1),
    items: [{ item: cheese, quantity: 46, uom: 'piece' }],
  });
  say('on the road to Prague the van reached 11.4 °C, more than the 8 °C allowed; 118 of 120 arrived');
}

/** @returns {Promise<{milk: string, cheese: string}>} the recalled lot, and one that was made of it */
async function dairy(told) {
  const { milk, lots } = await makeCheese(told);
  await deliverCold(told, lots);
  await told.step('brandner', {
    step: 'recall',
    at: daysAgo(1, '11:00', 1),
    items: [{ item: milk }],
    reason: 'Residues of a medicine were found in a retained sample',
  });
  told.say('the farm recalled the milk; the pages of the cheese say so, and the forward trace finds every lot of it');
  return { milk, cheese: lots[0] };
}

module.exports = { dairy };
