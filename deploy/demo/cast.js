'use strict';
// Who takes part, what they make, and their keys.
const { caller } = require('./http');
const { gln, gtin } = require('./gs1');

const PARTIES = [
  {
    slug: 'el-mirador',
    name: 'Finca El Mirador',
    country: 'CO',
    gln: gln('01'),
    place: { name: 'Finca El Mirador', city: 'Pitalito', country: 'CO', geo: { latitude: 1.85, longitude: -76.05 } },
  },
  {
    slug: 'san-isidro',
    name: 'Cooperativa San Isidro',
    country: 'CO',
    gln: gln('02'),
    place: { name: 'Wet mill San Isidro', city: 'Neiva', country: 'CO', geo: { latitude: 2.93, longitude: -75.28 } },
  },
  {
    slug: 'import-nord',
    name: 'Import Nord',
    country: 'DE',
    gln: gln('03'),
    place: { name: 'Warehouse Altona', city: 'Hamburg', country: 'DE', geo: { latitude: 53.55, longitude: 9.93 } },
    // Importers often keep their name to themselves: pages then say "a firm that is not named".
    isNamed: false,
  },
  {
    slug: 'donau',
    name: 'Kaffeerösterei Donau',
    country: 'AT',
    gln: gln('04'),
    place: { name: 'Roastery', city: 'Linz', country: 'AT', geo: { latitude: 48.3, longitude: 14.29 } },
  },
  {
    slug: 'vltava',
    name: 'Obchod Vltava',
    country: 'CZ',
    gln: gln('05'),
    place: { name: 'Shop Malá Strana', city: 'Prague', country: 'CZ', geo: { latitude: 50.09, longitude: 14.4 } },
  },
  // Two firms without a single GS1 number: what they make is named below the ledger's own address.
  {
    slug: 'brandner',
    name: 'Hof Brandner',
    country: 'AT',
    place: { name: 'Hof Brandner', city: 'Grünau', country: 'AT', geo: { latitude: 47.85, longitude: 13.96 } },
  },
  {
    slug: 'almtal',
    name: 'Käserei Almtal',
    country: 'AT',
    place: { name: 'Dairy', city: 'Scharnstein', country: 'AT', geo: { latitude: 47.9, longitude: 13.96 } },
  },
];

const PRODUCTS = {
  cherries: { party: 'el-mirador', gtin: gtin('40'), name: 'Coffee cherries, Caturra' },
  cherries2: { party: 'san-isidro', gtin: gtin('41'), name: 'Coffee cherries, Castillo' },
  green: { party: 'san-isidro', gtin: gtin('42'), name: 'Green coffee, washed, Huila' },
  bag: {
    party: 'donau',
    gtin: gtin('35'),
    name: 'Finca El Mirador, washed Caturra, 250 g',
    netContent: { value: 250, uom: 'g' },
  },
  milk: { party: 'brandner', sku: 'HAY-MILK', name: 'Hay milk' },
  camembert: {
    party: 'almtal',
    sku: 'CAMEMBERT',
    name: 'Camembert of hay milk, 250 g',
    netContent: { value: 250, uom: 'g' },
  },
};

/**
 * Adds parties, places and products as the operator does once.
 * @returns {Promise<Record<string, string>>} a key for each party by its slug, and `auditor`
 */
async function setUp(url, admin, say) {
  const keys = {};
  for (const { place, isNamed = true, ...party } of PARTIES) {
    const { id } = await admin('POST', '/api/parties', party);
    keys[party.slug] = (await admin('POST', `/api/parties/${id}/keys`, { role: 'supplier' })).key;
    await admin('POST', '/api/places', { ...place, id: 'main', party: party.slug, gln: party.gln });
    if (isNamed) {
      await caller(url, keys[party.slug])('PATCH', `/api/parties/${id}`, { named: true });
    }
    say(`${party.name} (${party.country})`);
  }
  for (const product of Object.values(PRODUCTS)) {
    await admin('POST', '/api/products', product);
  }
  const auditor = await admin('POST', '/api/parties', { slug: 'pruefhaus', name: 'Prüfhaus Steiner', country: 'AT' });
  keys.auditor = (await admin('POST', `/api/parties/${auditor.id}/keys`, { role: 'auditor' })).key;
  return keys;
}

module.exports = { PARTIES, PRODUCTS, setUp };
