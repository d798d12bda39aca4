'use strict';
// One bag of coffee from two farms in Huila to a shop in Prague, told only over HTTP into an empty ledger.
// The companies are invented; the numbers are of GS1's example prefix 9506000134 and have real check digits.

const PREFIX = '9506000134';

/** Adds the GS1 check digit (GS1 General Specifications §7.9). */
function withCheckDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}
const gtin = (item) => `0${withCheckDigit(PREFIX + item)}`;
const gln = (place) => withCheckDigit(PREFIX + place);
const sscc = (serial) => withCheckDigit(`0${PREFIX}${serial}`);

const PARTIES = [
  {
    slug: 'el-mirador',
    name: 'Finca El Mirador',
    country: 'CO',
    gln: gln('01'),
    place: { name: 'Finca El Mirador', city: 'Pitalito', country: 'CO' },
  },
  {
    slug: 'san-isidro',
    name: 'Cooperativa San Isidro',
    country: 'CO',
    gln: gln('02'),
    place: { name: 'Wet mill San Isidro', city: 'Neiva', country: 'CO' },
  },
  {
    slug: 'import-nord',
    name: 'Import Nord',
    country: 'DE',
    gln: gln('03'),
    place: { name: 'Warehouse Altona', city: 'Hamburg', country: 'DE' },
  },
  {
    slug: 'donau',
    name: 'Kaffeerösterei Donau',
    country: 'AT',
    gln: gln('04'),
    place: { name: 'Roastery', city: 'Linz', country: 'AT' },
  },
  {
    slug: 'vltava',
    name: 'Obchod Vltava',
    country: 'CZ',
    gln: gln('05'),
    place: { name: 'Shop Malá Strana', city: 'Prague', country: 'CZ' },
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
};

/** Days before today at a local time, so that the story is always recent; `offset` is the place's, hours from UTC. */
function daysAgo(days, time, offset) {
  const date = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const sign = offset < 0 ? '-' : '+';
  return `${date}T${time}:00${sign}${String(Math.abs(offset)).padStart(2, '0')}:00`;
}
const dateIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A caller with one key; a refusal ends the story with the server's own words. */
function caller(url, key) {
  return async (method, route, body) => {
    const response = await fetch(url + route, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${route} answered ${response.status}: ${text}`);
    }
    return text ? JSON.parse(text) : null;
  };
}

async function setUp(url, admin, say) {
  const keys = {};
  for (const { place, ...party } of PARTIES) {
    const { id } = await admin('POST', '/api/parties', party);
    keys[party.slug] = (await admin('POST', `/api/parties/${id}/keys`, { role: 'supplier' })).key;
    await admin('POST', '/api/places', { ...place, id: 'main', party: party.slug, gln: party.gln });
    if (party.slug !== 'import-nord') {
      // Importers often keep their name to themselves: the page then says "a firm that is not named".
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
  const step = (party, body) => as[party]('POST', '/api/batches/events', body);

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
      },
    ],
  });
  say('two farms picked their cherries');

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

  await step('san-isidro', {
    step: 'ship',
    at: daysAgo(148, '11:00', -5),
    items: [{ item: green.item, quantity: 380, uom: 'kg' }],
    to: { party: 'import-nord', place: 'main' },
    documents: [{ type: 'bol', number: 'HLCU-77120' }],
  });
  await step('import-nord', {
    step: 'receive',
    at: daysAgo(115, '08:20', 2),
    items: [{ item: green.item, quantity: 380, uom: 'kg' }],
    from: { party: 'san-isidro' },
  });
  await step('import-nord', {
    step: 'ship',
    at: daysAgo(20, '14:00', 1),
    items: [{ item: green.item, quantity: 151, uom: 'kg' }],
    to: { party: 'donau', place: 'main' },
    documents: [{ type: 'desadv', number: 'LS-881' }],
  });
  await step('donau', {
    step: 'receive',
    at: daysAgo(18, '07:45', 1),
    items: [{ item: green.item, quantity: 151, uom: 'kg' }],
    from: { party: 'import-nord' },
  });
  say('151 kg reached the roastery in Linz by Hamburg');

  const bags = await step('donau', {
    step: 'transform',
    at: daysAgo(9, '09:41', 1),
    inputs: [{ item: green.item, quantity: 151, uom: 'kg' }],
    outputs: [
      { product: { gtin: PRODUCTS.bag.gtin }, lot: 'L2611-07', quantity: 480, uom: 'piece', bestBefore: dateIn(356) },
    ],
  });
  const pallet = `https://id.gs1.org/00/${sscc('123456')}`;
  await step('donau', {
    step: 'pack',
    at: daysAgo(8, '10:30', 1),
    into: pallet,
    contents: [{ item: bags.item, quantity: 480, uom: 'piece' }],
  });
  await step('donau', {
    step: 'ship',
    at: daysAgo(7, '06:00', 1),
    items: [{ item: pallet }],
    to: { party: 'vltava', place: 'main' },
    documents: [{ type: 'desadv', number: 'LS-1207' }],
  });
  await step('vltava', {
    step: 'receive',
    at: daysAgo(6, '09:15', 1),
    items: [{ item: pallet }],
    from: { party: 'donau' },
  });
  const last = await step('vltava', { step: 'unpack', at: daysAgo(6, '11:00', 1), from: pallet });
  say('480 bags were roasted, packed on a pallet and unpacked in Prague');

  const { rpc, contract } = await admin('POST', '/api/anchor');
  const query = `item=${encodeURIComponent(bags.item)}`;
  return {
    parties: PARTIES.length,
    events: last.index + 1,
    item: bags.item,
    buyer: new URL(bags.page, url).href,
    qr: `${url}/qr?${query}&format=svg`,
    bundle: `${url}/api/export?${query}&format=bundle`,
    supplierKey: keys.donau,
    auditorKey: keys.auditor,
    rpc,
    contract,
  };
}

module.exports = { tell };
