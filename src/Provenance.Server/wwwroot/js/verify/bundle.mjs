// A bundle (`.provenance.zip`): its manifest names the hash of every other member (design §3, Bundle).
import { Refused, toHex } from './bytes.mjs';
import { sha256 } from './hash.mjs';
import { canonical, readCanonical } from './json.mjs';
import { readZip } from './zip.mjs';

/** Members by name after the manifest was checked against every one of them. Throws Refused. */
export async function readBundle(bytes) {
  const members = readZip(bytes);
  const manifestBytes = members.get('manifest.json');
  if (!manifestBytes) throw new Refused('bundle', 'no manifest.json');
  const manifest = readCanonical(manifestBytes);
  members.delete('manifest.json');
  const files = Object.create(null);
  for (const [name, content] of members) files[name] = toHex(await sha256(content));
  if (canonical(manifest) !== canonical({ files, v: 1 }))
    throw new Refused('bundle', 'the manifest does not name exactly these files');
  return members;
}

/** The proofs in a bundle: `[name, bytes]` in order of their names. */
export const proofsOf = (members) =>
  [...members]
    .filter(([name]) => name.startsWith('proofs/') && name.endsWith('.json'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
