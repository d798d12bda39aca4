// Checks a buyer's page on the reader's own device: fetches the proof of every entry shown, checks each, and holds what the page shows against it.
import { canHash } from './verify/hash.mjs';
import { differenceFrom } from './verify/shown.mjs';
import { FINDINGS, verifyProof, worstOf } from './verify/verify.mjs';
import { loadWords, say, showFinding } from './words.mjs';

const AT_ONCE = 4;

const list = document.querySelector('[data-findings]');
const progress = list.querySelector('[data-progress]');
const words = await loadWords(list.dataset.words);
const leaves = list.dataset.leaves.split(' ').map(Number);

if (canHash()) await check();
else sayCannotCheck();

async function check() {
  progress.textContent = say(words, 'findings.checking');
  const results = [];
  for (let i = 0; i < leaves.length; i += AT_ONCE)
    results.push(...(await Promise.all(leaves.slice(i, i + AT_ONCE).map(checkEntry))));
  const findings = worstOf(results).map(withHiddenSteps);
  for (const finding of findings) showFinding(list.querySelector(`[data-finding="${finding.id}"]`), words, finding);
  if (findings.some((finding) => finding.verdict === 'fails')) sayMismatch();
  progress.textContent = say(words, 'findings.checked');
}

/** Findings of one entry; content holds only when the page shows it as it is. */
async function checkEntry(leaf) {
  let bytes;
  try {
    const response = await fetch(list.dataset.proofOf.replace('{leaf}', leaf), { credentials: 'omit' });
    if (!response.ok) throw new Error(String(response.status));
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    return FINDINGS.map((id) => ({ id, verdict: 'unknown', reason: 'unavailable', values: { leaf } }));
  }
  // What a chain says is told by the operator here, so it can't count: that is for /verify, or for a program.
  const { findings, proof, fields } = await verifyProof(bytes, { chain: { reason: list.dataset.chain } });
  const mismatch = fields === null ? null : mismatchOnPage(leaf, proof, fields);
  const result = mismatch
    ? findings.map((finding) => (finding.id === 'content' ? { id: 'content', verdict: 'fails', ...mismatch } : finding))
    : findings;
  if (result.some((finding) => finding.verdict === 'fails')) markSteps(leaf);
  return result;
}

function mismatchOnPage(leaf, proof, fields) {
  return proof.leafIndex === leaf ? differenceOnPage(leaf, fields) : { reason: 'other-entry', values: { leaf } };
}

function differenceOnPage(leaf, fields) {
  for (const element of document.querySelectorAll(`[data-leaf="${leaf}"]`)) {
    const shown = element.getAttribute(element.localName === 'time' ? 'datetime' : 'value');
    const recorded = differenceFrom(fields, element.dataset.pointer, shown);
    if (recorded) return { reason: 'shown-differs', values: { leaf, shown, recorded: recorded.is ?? '–' } };
  }
  return null;
}

/** A page also shows steps of which the public may not know the entry: then nobody can tell here whether all is shown as recorded. */
function withHiddenSteps(finding) {
  const steps = document.querySelectorAll('.journey > li').length;
  const checked = document.querySelectorAll('.journey > li[data-entry]').length;
  if (finding.id !== 'content' || finding.verdict !== 'holds' || checked === steps) return finding;
  return { id: 'content', verdict: 'unknown', reason: 'partly', values: { checked, steps }, count: 1, of: 1 };
}

/** A page that does not match its record has no good news to give; a recall on it still stands. */
function sayMismatch() {
  document.querySelector('[data-mismatch]').hidden = false;
  for (const strip of document.querySelectorAll('.status:not(.stop)')) strip.remove();
}

/** Marks the steps of an entry that does not hold, so that the reader sees which. */
function markSteps(leaf) {
  for (const step of document.querySelectorAll(`[data-entry="${leaf}"]`)) step.classList.add('mismatch');
}

function sayCannotCheck() {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = say(words, 'findings.no-crypto');
  list.querySelector('.findings').after(note);
}
