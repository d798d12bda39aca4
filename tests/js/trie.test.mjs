import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { fromHex, toHex, utf8 } from '../../src/Provenance.Server/wwwroot/js/verify/bytes.mjs';
import { keccak256 } from '../../src/Provenance.Server/wwwroot/js/verify/hash.mjs';
import { readTrie } from '../../src/Provenance.Server/wwwroot/js/verify/trie.mjs';
import { conformance } from './conformance.mjs';
import { secureTrie } from './secure-trie.mjs';

const entries = Array.from({ length: 40 }, (_, i) => [utf8(`key ${i}`), utf8(`value ${i}`)]);
const trie = secureTrie(entries);

describe('proofs of a trie', () => {
  test('lead to every value, and show what is not there', () => {
    for (const [key, value] of entries) assert.deepEqual(readTrie(trie.root, keccak256(key), trie.proofOf(key)), value);
    for (let i = 40; i < 80; i++)
      assert.equal(readTrie(trie.root, keccak256(utf8(`key ${i}`)), trie.proofOf(utf8(`key ${i}`))), null);
    assert.equal(readTrie(secureTrie([]).root, keccak256(utf8('any')), []), null);
  });

  test('are refused with a node changed, missing, doubled or of another key', () => {
    const [key] = entries[17];
    const nodes = trie.proofOf(key);
    const refused = (changed) =>
      assert.throws(() => readTrie(trie.root, keccak256(key), changed), { name: 'Error', code: /^(trie|rlp)$/ });
    refused(nodes.slice(1));
    refused(nodes.slice(0, -1));
    refused([...nodes, nodes.at(-1)]);
    refused(trie.proofOf(entries[18][0]));
    nodes.forEach((node, i) =>
      refused(
        nodes.map((other, j) => (i === j ? Uint8Array.from(node, (byte, k) => (k === 9 ? byte ^ 1 : byte)) : other)),
      ),
    );
  });

  test('are built on the roots that Ethereum publishes', { skip: conformance.missing }, () => {
    const cases = JSON.parse(fs.readFileSync(conformance.path('ethereum/TrieTests/hex_encoded_securetrie_test.json')));
    for (const { in: members, root } of Object.values(cases)) {
      const built = secureTrie(
        Object.entries(members).map(([key, value]) => [fromHex(key.slice(2)), fromHex(value.slice(2))]),
      );
      assert.equal('0x' + built.root, root);
      for (const [key, value] of Object.entries(members)) {
        const hashed = keccak256(fromHex(key.slice(2)));
        assert.equal('0x' + toHex(readTrie(built.root, hashed, built.proofOf(fromHex(key.slice(2))))), value);
      }
    }
  });
});
