import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { utf8 } from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { canonicalBytes } from '../../src/Provenance.Server/wwwroot/js/verify/json.mjs';
import { verifyProof, worstOf } from '../../src/Provenance.Server/wwwroot/js/verify/verify.mjs';
import { CHAIN_ID, CONTRACT, FIELDS, disclosure, keyValue, makeEvent, makeProof } from './made-proof.mjs';

const whole = await makeProof();
const words = JSON.parse(
  fs.readFileSync(new URL('../../src/Provenance.Server/wwwroot/words/en.json', import.meta.url)),
);
const chain = {
  host: 'rpc.example',
  chainId: CHAIN_ID,
  contract: CONTRACT,
  blockHash: whole.anchor.blockHash,
  finalBlock: 50_000_000,
};

const check = async (proof, asked = chain) => {
  const { findings } = await verifyProof(proof instanceof Uint8Array ? proof : canonicalBytes(proof), {
    chain: asked,
  });
  for (const { id, verdict, reason } of findings) {
    assert.ok(
      words[`finding.${id}.title.${verdict}`] && words[`finding.${id}.${reason}`],
      `no words for ${id} ${verdict} ${reason}`,
    );
  }
  return Object.fromEntries(findings.map(({ id, verdict, reason }) => [id, `${verdict} ${reason}`]));
};
const changed = (change, proof = whole) => {
  const copy = structuredClone(proof);
  change(copy);
  return copy;
};

describe('an untouched proof', () => {
  test('holds in everything but completeness when a chain confirms its block', async () => {
    assert.deepEqual(await check(whole), {
      content: 'holds committed',
      author: 'holds signed',
      recorded: 'holds included',
      history: 'holds accepted',
      chain: 'holds final',
      complete: 'unknown single-entry',
    });
  });

  test('leaves history and chain open when no independent chain was asked', async () => {
    for (const reason of ['offline', 'own-origin', 'embedded-chain', 'unreachable']) {
      const findings = await check(whole, { reason });
      assert.equal(findings.history, `unknown ${reason}`);
      assert.equal(findings.chain, `unknown ${reason}`);
      assert.equal(findings.content, 'holds committed');
    }
  });

  test('gives the fields it discloses as they were stored', async () => {
    const { fields } = await verifyProof(canonicalBytes(whole));
    assert.equal(fields.get('/quantityList/0/quantity').raw, '1.50');
    assert.equal(fields.get('/prov:city').value, 'Cartagena');
    assert.equal(fields.size, FIELDS.length);
  });

  test('without anchor cannot tell of chain, history and key', async () => {
    const findings = await check(changed((proof) => (proof.anchor = null)));
    assert.deepEqual(
      [findings.author, findings.recorded, findings.history, findings.chain],
      ['unknown key-not-proven', 'holds included', 'unknown not-yet-anchored', 'unknown not-yet-anchored'],
    );
  });
});

describe('content does not hold', () => {
  const contentOf = async (proof) => (await check(proof)).content;

  test('when a field that could reverse the meaning is left out', async () => {
    assert.equal(await contentOf(changed(({ event }) => event.disclosures.splice(3, 1))), 'fails not-committed');
  });

  test('when a value was changed, added or shown twice', async () => {
    for (const text of [
      disclosure('/prov:city', '"Hamburg"'),
      disclosure('/prov:place', '"Port"'),
      whole.event.disclosures[6],
    ]) {
      assert.equal(await contentOf(changed(({ event }) => event.disclosures.push(text))), 'fails not-committed');
    }
  });

  test('when digests of another event stand there', async () => {
    const other = await makeEvent(FIELDS.slice(0, 7));
    assert.equal(await contentOf(changed((proof) => (proof.event = other))), 'fails other-event');
  });

  const committed = async (field) => contentOf(await makeProof({ event: await makeEvent([...FIELDS, field]) }));

  test('when a committed field is cut up otherwise than prescribed', async () => {
    for (const field of [
      ['/epcList', '["urn:a"]'],
      ['/bizLocation/id', '"x"'],
      ['/ilmd', '{"a":1}'],
      ['/epcList/01', '"x"'],
      ['/childQuantityList/0', '{"a":1}'],
      ['/@context/0', '"x"'],
      ['/a~2', '1'],
      ['bizLocation', '1'],
      ['', '{}'],
      ['/childQuantityList/0/a/b', '1'],
    ]) {
      assert.equal(await committed(field), 'fails not-committed', field[0]);
    }
    for (const field of [
      ['/epcList', '[]'],
      ['/epcList/10', '"x"'],
      ['/bizLocation', '{"id":"x"}'],
      ['/errorDeclaration/correctiveEventIDs', '["urn:a"]'],
      ['/@context', '["x"]'],
      ['/childQuantityList/0', '{}'],
      ['/a~1b', '1'],
    ]) {
      assert.equal(await committed(field), 'holds committed', field[0]);
    }
  });

  test('when one pointer begins another', async () => {
    assert.equal(await committed(['/quantityList', '[]']), 'fails not-committed');
    assert.equal(await committed(['/prov:cityHall', '"x"']), 'holds committed');
  });

  test('when a stored value is not compact JSON with each member once', async () => {
    for (const raw of ['{"a":1,"a":2}', '{"a": 1}', '"\\ud800"', '01', '1e999', 'nul', '1,2'])
      assert.equal(await committed(['/x', raw]), 'fails not-committed', raw);
  });

  test('when the file is not canonical, or not of the format', async () => {
    const text = new TextDecoder().decode(canonicalBytes(whole));
    for (const file of [
      ' ' + text,
      text + '\n',
      text.replace('"v":1}', '"v":1.0}'),
      text.replace('{"anchor"', '{"aa":1,"anchor"'),
      '\ufeff' + text,
      text.slice(1),
      '[]',
      '',
    ]) {
      assert.equal(await contentOf(utf8(file)), 'fails unreadable');
    }
    assert.equal(
      await contentOf(changed((proof) => (proof.checkpoint.root = proof.checkpoint.root.toUpperCase()))),
      'fails unreadable',
    );
    assert.equal(await contentOf(changed((proof) => (proof.leafIndex = -1))), 'fails unreadable');
    assert.equal(await contentOf(changed((proof) => delete proof.meta)), 'fails unreadable');
  });
});

describe('the author', () => {
  const withKey = async (key) =>
    (await check(await makeProof({ partyKey: keyValue(key) }), { reason: 'own-origin' })).author;

  test('is known only by a registered key, valid at this leaf, not reassigned and not compromised', async () => {
    assert.equal(await withKey({ from: 3n, until: 4n, compromised: 4n }), 'holds signed');
    assert.equal(await withKey({ from: 4n }), 'fails key-not-valid');
    assert.equal(await withKey({ until: 3n }), 'fails key-not-valid');
    assert.equal(await withKey({ compromised: 3n }), 'unknown compromised');
    assert.equal(await withKey({ status: 2n }), 'unknown reassigned');
    assert.equal((await check(await makeProof({ partyKey: 0n }))).author, 'fails key-not-valid');
  });

  test('cannot be told when it is hidden or when the operator recorded for the party', async () => {
    const hidden = changed((proof) => {
      proof.meta = null;
      proof.submission = null;
    });
    assert.equal((await check(hidden)).author, 'unknown author-hidden');
    assert.equal((await check(changed((proof) => (proof.submission = null)))).author, 'fails other-submission');
  });

  test('does not hold with another meta, submission, position or signature', async () => {
    const author = async (change) => (await check(changed(change))).author;
    assert.equal(await author(({ meta }) => (meta.seq = 6)), 'fails other-author');
    assert.equal(await author(({ submission }) => (submission.record.count = 4)), 'fails other-submission');
    assert.equal(await author(({ submission }) => submission.path.reverse()), 'fails not-signed');
  });
});

describe('the log and the chain', () => {
  test('refuse another position, path, root or signature', async () => {
    const recorded = async (change) => (await check(changed(change))).recorded;
    assert.equal(await recorded((proof) => (proof.leafIndex = 2)), 'fails not-included');
    assert.equal(await recorded(({ inclusion }) => inclusion.pop()), 'fails not-included');
    assert.equal(await recorded(({ entry }) => (entry.meta = '0'.repeat(64))), 'fails not-included');
    assert.equal(await recorded(({ checkpoint }) => (checkpoint.size = 8)), 'fails bad-checkpoint-signature');
    assert.equal((await check(await makeProof({ ledgerKey: 0n }))).recorded, 'fails not-the-ledgers-key');
    assert.equal(
      (await check(await makeProof({ recordedAt: '2026-11-19T00:00:00.000Z' }))).recorded,
      'holds included-clock-off',
    );
  });

  test('refuse evidence that contradicts itself or the proof', async () => {
    for (const change of [
      ({ anchor }) => (anchor.header[5] = '0x00'),
      ({ anchor }) => (anchor.contract = '0x' + '03'.repeat(20)),
      ({ anchor }) => (anchor.account.nonce = 2),
      ({ anchor }) => (anchor.slots[2].value = '0'.repeat(63) + '7'),
      ({ anchor }) => anchor.slots.reverse(),
      ({ anchor }) => (anchor.chainId = 1),
      ({ anchor }) => anchor.slots[0].proof.push(anchor.slots[0].proof.at(-1)),
      (proof) => (proof.checkpoint.size = 8),
    ].map((change) => changed(change))) {
      const findings = await check(change);
      assert.notEqual(findings.chain.split(' ')[0], 'holds');
      assert.notEqual(findings.history.split(' ')[0], 'holds');
    }
  });

  test('tell nothing of a contract, chain or block that is not the one asked for', async () => {
    const asked = async (answer) => (await check(whole, { ...chain, ...answer })).chain;
    assert.equal(await asked({ chainId: 1 }), 'fails other-contract');
    assert.equal(await asked({ contract: '0x' + '01'.repeat(20) }), 'fails other-contract');
    assert.equal(await asked({ blockHash: null }), 'unknown no-answer');
    assert.equal(await asked({ blockHash: '0'.repeat(64) }), 'fails not-canonical');
    assert.equal(await asked({ finalBlock: 7 }), 'holds not-final');
    const { findings } = await verifyProof(canonicalBytes(whole), { chain, knownCode: new Set() });
    assert.equal(findings[4].reason, 'unknown-code');
    assert.equal(findings[1].reason, 'key-not-proven');
  });

  test('no single changed character passes', async () => {
    const text = new TextDecoder().decode(canonicalBytes(whole));
    for (let i = 0; i < text.length; i += 97) {
      const flipped = String.fromCharCode(text.charCodeAt(i) ^ 1);
      const findings = await check(utf8(text.slice(0, i) + flipped + text.slice(i + 1)));
      assert.ok(
        Object.values(findings).some((finding) => finding.startsWith('fails')),
        `changed at ${i}: ${text.slice(i - 40, i + 10)} ${JSON.stringify(findings)}`,
      );
    }
  });
});

test('several proofs are as good as the worst of them', async () => {
  const broken = await verifyProof(utf8('{}'));
  const fine = await verifyProof(canonicalBytes(whole), { chain });
  const [content, author] = worstOf([fine.findings, broken.findings, fine.findings]);
  assert.deepEqual([content.verdict, content.count, content.of], ['fails', 1, 3]);
  assert.equal(author.verdict, 'unknown');
});
