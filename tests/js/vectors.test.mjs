// The browser's verifier over our own vectors (tests/vectors/README.md), which the C# verifier is held to as well.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { verifyProof } from '../../src/Provenance.Server/wwwroot/js/verify/verify.mjs';

const folder = path.join(import.meta.dirname, '..', 'vectors', 'proofs');
const read = (file) => fs.readFileSync(path.join(folder, file));
const WORDS = { holds: 'holds', fails: 'does not hold', unknown: 'cannot tell' };

for (const { file, reason, expect } of JSON.parse(read('expected.json'))) {
  test(`${file}: ${reason}`, async () => {
    const { findings } = await verifyProof(new Uint8Array(read(file)));
    const verdicts = Object.fromEntries(findings.map(({ id, verdict }) => [id, WORDS[verdict]]));
    if (expect === 'refused') {
      assert.equal(findings[0].reason, 'unreadable');
      assert.equal(verdicts.content, 'does not hold');
      assert.ok(!Object.values(verdicts).includes('holds'));
    } else {
      assert.deepEqual(verdicts, { ...expect, complete: 'cannot tell' });
    }
  });
}
