'use strict';
// Two farms in Huila pick cherries; the cooperative makes green coffee of them.
const { PRODUCTS } = require('../cast');
const { daysAgo, dateIn } = require('../http');
const { certificate } = require('../files');

async function harvest({ as, step, say }) {
  const cherries = await as['el-mirador']('POST', '/api/batches', {
    product: { gtin: PRODUCTS.cherries.gtin },
    lot: 'CH-0512',
    quantity: 1250,
    uom: 'kg',
    at: daysAgo(170, '16:30', -5),
    origin: { country: 'CO', place: 'Pitalito, Huila' },
    certificates: [
      {
        name: 'Rainforest friendly',
        number: 'RF-2231',
        issuer: 'Bosque Vivo',
        validUntil: dateIn(-52),
        covers: 'site',
      },
    ],
  });
  const organic = await as['san-isidro'](
    'POST',
    '/api/documents',
    certificate('CO-BIO-154', 'Organic, EU 2018/848', 'Cooperativa San Isidro', `valid until ${dateIn(130)}`),
  );
  const second = await as['san-isidro']('POST', '/api/batches', {
    product: { gtin: PRODUCTS.cherries2.gtin },
    lot: 'LL-0513',
    quantity: 800,
    uom: 'kg',
    at: daysAgo(169, '15:00', -5),
    origin: { country: 'CO', place: 'La Plata, Huila' },
    certificates: [
      {
        name: 'Organic, EU 2018/848',
        number: 'CO-BIO-154',
        issuer: 'Kontrollstelle Nord',
        validUntil: dateIn(130),
        covers: 'lot',
        url: organic.url,
      },
    ],
  });
  say('two farms picked their cherries; a certificate is kept as a PDF, its hash is in the event');

  await step('el-mirador', {
    step: 'ship',
    at: daysAgo(170, '18:00', -5),
    items: [{ item: cherries.item, quantity: 1250, uom: 'kg' }],
    to: { party: 'san-isidro', place: 'main' },
  });
  await step('san-isidro', {
    step: 'receive',
    at: daysAgo(170, '20:15', -5),
    items: [{ item: cherries.item, quantity: 1250, uom: 'kg' }],
    from: { party: 'el-mirador' },
  });
  const green = await step('san-isidro', {
    step: 'transform',
    at: daysAgo(150, '09:00', -5),
    inputs: [
      { item: cherries.item, quantity: 1250, uom: 'kg' },
      { item: second.item, quantity: 800, uom: 'kg' },
    ],
    outputs: [{ product: { gtin: PRODUCTS.green.gtin }, lot: 'HU-26-07', quantity: 380, uom: 'kg' }],
  });
  say('the cooperative washed and dried them: 2,050 kg of cherries became 380 kg of green coffee');
  return { cherries: cherries.item, second: second.item, green: green.item };
}

module.exports = { harvest };
