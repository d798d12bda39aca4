// The page /verify: a proof or a bundle from the reader's disk, checked here and sent nowhere.
import { proofsOf, readBundle } from './verify/bundle.mjs';
import { askChain } from './verify/chain.mjs';
import { canHash } from './verify/hash.mjs';
import { verifyProof, worstOf } from './verify/verify.mjs';
import { isZip } from './verify/zip.mjs';
import { loadWords, say, showFinding } from './words.mjs';

const form = document.getElementById('verify');
const { file, rpc, contract } = form.elements;
const error = form.querySelector('[data-error]');
const result = document.querySelector('[data-result]');
const fieldList = document.querySelector('[data-fields]');
const drop = form.querySelector('.drop');
const words = await loadWords(form.dataset.words);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  checkForm();
});
file.addEventListener('change', checkForm);
for (const kind of ['dragover', 'dragleave', 'drop']) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragover');
    if (kind !== 'drop' || event.dataTransfer.files.length === 0) return;
    file.files = event.dataTransfer.files;
    checkForm();
  });
}
if (!canHash()) complain('findings.no-crypto');

async function checkForm() {
  error.hidden = true;
  if (!canHash()) return complain('findings.no-crypto');
  if (file.files.length === 0) return file.click();
  if (rpc.value && !/^https?:\/\/./.test(rpc.value)) return complain('verify.rpc.error');
  if (rpc.value && !/^0x[0-9a-fA-F]{40}$/.test(contract.value.trim())) return complain('verify.contract.error');
  const [chosen] = file.files;
  result.hidden = false;
  result.querySelector('[data-name]').textContent = chosen.name;
  result.querySelector('[data-progress]').textContent = say(words, 'findings.checking');
  await checkFile(new Uint8Array(await chosen.arrayBuffer()));
}

async function checkFile(bytes) {
  let proofs;
  try {
    proofs = isZip(bytes) ? proofsOf(await readBundle(bytes)) : [{ bytes, anchor: null }];
  } catch (refused) {
    result.hidden = true;
    fieldList.hidden = true;
    return complain('verify.refused', { why: refused.message });
  }
  if (proofs.length === 0) return complain('verify.refused', { why: 'no proofs/*.json' });
  const checked = [];
  for (const proof of proofs) checked.push(await checkProof(proof));
  for (const finding of worstOf(checked.map(({ findings }) => findings))) {
    showFinding(result.querySelector(`[data-finding="${finding.id}"]`), words, finding);
  }
  result.querySelector('[data-progress]').textContent =
    proofs.length > 1 ? say(words, 'verify.proofs', { n: proofs.length }) : say(words, 'findings.checked');
  showFields(proofs.length === 1 ? checked[0].fields : null);
  result.scrollIntoView({ block: 'nearest' });
}

/** First what the file shows by itself; then, where the reader named a node, with what that node says of its block. */
async function checkProof({ bytes, anchor }) {
  const alone = await verifyProof(bytes, { anchor });
  if (!rpc.value || !alone.evidence || alone.evidence.refused) return alone;
  return verifyProof(bytes, { anchor, chain: await askChain(rpc.value, contract.value.trim(), alone.evidence) });
}

function showFields(fields) {
  fieldList.hidden = fields === null;
  const rows = fieldList.querySelector('tbody');
  rows.replaceChildren();
  for (const [pointer, { raw, value }] of fields ?? []) {
    const row = rows.insertRow();
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = pointer.slice(1);
    row.append(head);
    row.insertCell().textContent = typeof value === 'string' ? value : raw;
  }
}

function complain(key, values) {
  error.textContent = say(words, key, values);
  error.hidden = false;
}
