import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { toHex } from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { provesInclusion } from '../../src/Provenance.Server/wwwroot/js/verify/log.mjs';
import { conformance } from './conformance.mjs';

const hex = (base64) => toHex(Buffer.from(base64 ?? '', 'base64'));

test('inclusion is proven or not as in the vectors of RFC 9162', { skip: conformance.missing }, async () => {
  const files = fs
    .readdirSync(conformance.path('merkle/inclusion'), { recursive: true })
    .filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 0);
  for (const name of files) {
    const { leafIdx, treeSize, root, leafHash, proof, wantErr } = JSON.parse(
      fs.readFileSync(conformance.path(`merkle/inclusion/${name}`)),
    );
    const leaf = Buffer.from(leafHash ?? '', 'base64');
    let proven;
    try {
      proven =
        leaf.length === 32 && (await provesInclusion(leafIdx, treeSize, leaf, (proof ?? []).map(hex), hex(root)));
    } catch {
      proven = false; // a hash that is no hash
    }
    assert.equal(proven, !wantErr, name);
  }
});
