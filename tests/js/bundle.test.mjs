import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { concat, toHex, utf8 } from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { proofsOf, readBundle } from '../../src/Provenance.Server/wwwroot/js/verify/bundle.mjs';
import { sha256 } from '../../src/Provenance.Server/wwwroot/js/verify/hash.mjs';
import { canonicalBytes } from '../../src/Provenance.Server/wwwroot/js/verify/json.mjs';
import { verifyProof } from '../../src/Provenance.Server/wwwroot/js/verify/verify.mjs';
import { makeProof } from './made-proof.mjs';

const crc32 = (bytes) => {
  const gzip = zlib.gzipSync(bytes); // the trailer of a gzip stream holds the CRC
  return gzip.readUInt32LE(gzip.length - 8);
};

function header(signature, size, fields) {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(signature, 0);
  for (const [at, width, value] of fields) bytes.writeUIntLE(value, at, width);
  return bytes;
}

/** A ZIP archive of stored members (APPNOTE 4.3); `between` bytes stand before each of them. */
function zip(members, between = 0) {
  const parts = [];
  const directory = [];
  let at = 0;
  const add = (part) => {
    parts.push(part);
    at += part.length;
  };
  for (const [name, content] of members) {
    add(new Uint8Array(between));
    const common = (start) => [
      [start, 2, 10],
      [start + 10, 4, crc32(content)],
      [start + 14, 4, content.length],
      [start + 18, 4, content.length],
      [start + 22, 2, name.length],
    ];
    directory.push(header(0x02014b50, 46, [[4, 2, 10], ...common(6), [42, 4, at]]), utf8(name));
    add(header(0x04034b50, 30, common(4)));
    add(utf8(name));
    add(content);
  }
  const central = concat(...directory);
  const end = header(0x06054b50, 22, [
    [8, 2, members.length],
    [10, 2, members.length],
    [12, 4, central.length],
    [16, 4, at],
  ]);
  return concat(...parts, central, end);
}

async function bundle(files, between) {
  const hashes = {};
  for (const [name, content] of files) hashes[name] = toHex(await sha256(content));
  return zip([['manifest.json', canonicalBytes({ files: hashes, v: 1 })], ...files], between);
}

const { anchor, ...proof } = await makeProof();
const files = [
  ['anchors/7.json', canonicalBytes(anchor)],
  ['proofs/3.json', canonicalBytes({ ...proof, anchor: null })],
  ['request.json', utf8('{"v":1}')],
];
const whole = await bundle(files);
const refused = (bytes) =>
  assert.rejects(() => readBundle(bytes), { code: /^(zip|bundle|not-utf8|not-json|not-canonical)$/ });

describe('a bundle', () => {
  test('gives its proofs with the anchors of their checkpoints', async () => {
    const [found, ...others] = proofsOf(await readBundle(whole));
    const { findings } = await verifyProof(found.bytes, { anchor: found.anchor });
    assert.equal(others.length, 0);
    assert.deepEqual(
      findings.map(({ verdict, reason }) => `${verdict} ${reason}`),
      [
        'holds committed',
        'holds signed',
        'holds included',
        'unknown offline',
        'unknown offline',
        'unknown single-entry',
      ],
    );
  });

  test('is refused without a manifest, and with a member that it does not name', async () => {
    await refused(zip([['manifest.json', canonicalBytes({ files: {}, v: 1 })], ...files]));
    await refused(zip(files));
  });

  test('is refused with two members of one name, with gaps, and with anything behind the end', async () => {
    await refused(await bundle([...files, files[2]]));
    await refused(await bundle(files, 1));
    await refused(concat(whole, Uint8Array.of(0)));
    await refused(whole.slice(0, -1));
  });

  test('is refused with any bit of a member changed', async () => {
    for (let i = 0; i < whole.length - 500; i += 211)
      await refused(Uint8Array.from(whole, (byte, at) => (at === i ? byte ^ 4 : byte)));
  });
});
