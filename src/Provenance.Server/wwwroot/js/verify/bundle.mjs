// A bundle (`.provenance.zip`): its manifest names the hash of every other member (design §3, Bundle).
import { Refused, toHex } from './bytes.mjs';
import { sha256 } from './hash.mjs';
import { canonical, readCanonical } from './json.mjs';
import { readProof } from './proof.mjs';
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

/** The proofs in a bundle, each with the anchor of its checkpoint: `{bytes, anchor}`, in order of their entries. */
export function proofsOf(members) {
  const proofs = [];
  for (const [name, bytes] of members) {
    const match = /^proofs\/(0|[1-9][0-9]*)\.json$/.exec(name);
    if (match) proofs.push({ leaf: Number(match[1]), bytes });
  }
  return proofs.sort((a, b) => a.leaf - b.leaf).map(({ bytes }) => ({ bytes, anchor: anchorOf(members, bytes) }));
}

/** Anchors are kept once for all proofs under one checkpoint. */
function anchorOf(members, bytes) {
  try {
    return members.get(`anchors/${readProof(bytes).checkpoint.size}.json`) ?? null;
  } catch {
    return null; // not a proof: its findings will say so
  }
}
