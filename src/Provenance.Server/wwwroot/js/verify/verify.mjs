// The findings of one proof (design §2), worked out here from the file alone: a second implementation beside the server's.
import { Refused, fromHex } from './bytes.mjs';
import { readAnchor } from './anchor.mjs';
import { openEvent } from './event.mjs';
import { KNOWN_CODE } from './known-code.mjs';
import { digestOf, entryLeaf, leafHash, provesInclusion } from './log.mjs';
import { readProof } from './proof.mjs';
import { checkpointToSign, signerOf, submissionToSign } from './signature.mjs';

export const FINDINGS = ['content', 'author', 'recorded', 'history', 'chain', 'complete'];

/** How far after its block an entry's own time may lie before we say so. */
const CLOCK_TOLERANCE_MS = 10 * 60 * 1000;

const holds = (id, reason, values = {}) => ({ id, verdict: 'holds', reason, values });
const fails = (id, reason, values = {}) => ({ id, verdict: 'fails', reason, values });
const unknown = (id, reason, values = {}) => ({ id, verdict: 'unknown', reason, values });

/**
 * Checks a proof file's bytes. `chain` is what a chain answered (chain.mjs), or `{reason}` saying why none was asked.
 * Gives `{findings, proof, fields, evidence}`; findings in the order of FINDINGS, each `{id, verdict, reason, values}`.
 */
export async function verifyProof(bytes, { chain = { reason: 'not-asked' }, knownCode = KNOWN_CODE } = {}) {
  let proof;
  try {
    proof = readProof(bytes);
  } catch (refused) {
    return { findings: unreadable(refused), proof: null, fields: null, evidence: null };
  }
  const { finding: content, fields } = await contentOf(proof);
  const evidence = evidenceOf(proof, knownCode);
  const findings = [
    content,
    await authorOf(proof, evidence),
    await recordedOf(proof, evidence),
    ...chainFindings(proof, evidence, chain),
    unknown('complete', 'one-entry'),
  ];
  return { findings, proof, fields, evidence };
}

function unreadable(refused) {
  const { code, detail } = reasonOf(refused);
  return FINDINGS.map((id) =>
    id === 'content' ? fails(id, 'unreadable', { code, detail }) : unknown(id, 'unreadable'),
  );
}

async function contentOf({ event, entry }) {
  try {
    const { digest, fields, hidden } = await openEvent(event);
    if (digest !== entry.eventDigest) throw new Refused('other-event');
    return { finding: holds('content', 'committed', { shown: fields.size, hidden }), fields };
  } catch (refused) {
    const { code, detail } = reasonOf(refused);
    return { finding: fails('content', 'not-committed', { code, detail }), fields: null };
  }
}

/** What the anchor proves: null without one, `{refused}` when it contradicts itself or the proof. */
function evidenceOf({ anchor, checkpoint, ledgerId }, knownCode) {
  if (anchor === null) return null;
  try {
    const evidence = readAnchor(anchor);
    if (!knownCode.has(evidence.codeHash)) return { ...evidence, isKnownCode: false };
    if (evidence.ledgerId !== ledgerId) throw new Refused('other-ledger');
    const stored = evidence.checkpointOf(checkpoint.root);
    if (stored === null || stored.size !== checkpoint.size) throw new Refused('root-not-stored');
    if (stored.time > evidence.time) throw new Refused('anchor-time');
    return { ...evidence, isKnownCode: true, anchoredAt: stored.time };
  } catch (refused) {
    return { refused: reasonOf(refused) };
  }
}

const isUsable = (evidence) => evidence !== null && !evidence.refused && evidence.isKnownCode;

/** The key as the contract has it: null where it has none, undefined where the evidence does not say. */
function keyIn(evidence, party, signer) {
  if (!isUsable(evidence)) return undefined;
  try {
    return evidence.keyOf(party, signer);
  } catch {
    return undefined;
  }
}

async function authorOf(proof, evidence) {
  const { meta, entry, submission, leafIndex } = proof;
  if (meta === null) return unknown('author', 'hidden');
  if ((await digestOf(meta)) !== entry.meta) return fails('author', 'other-meta');
  const { party } = meta;
  if (meta.submission === null)
    return submission === null ? unknown('author', 'by-operator', { party }) : fails('author', 'other-submission');
  if (submission === null) return unknown('author', 'submission-missing', { party });
  const broken = await brokenSubmission(proof);
  if (broken) return fails('author', broken, { party });

  const { signer } = submission.record;
  const key = keyIn(evidence, party, signer);
  const values = { party, signer };
  if (key === undefined) return unknown('author', 'key-unproven', values);
  if (key === null) return fails('author', 'key-not-registered', values);
  if (!key.isValidAt(leafIndex)) return fails('author', 'key-not-valid', values);
  if (key.isCompromisedAt(leafIndex)) return unknown('author', 'key-compromised', values);
  return key.isReassigned ? unknown('author', 'key-reassigned', values) : holds('author', 'signed', values);
}

/** Why the submission does not cover this entry; null when it does (design §3, Submission). */
async function brokenSubmission({ ledgerId, meta, entry, submission: { record, path } }) {
  if ((await digestOf(record)) !== meta.submission) return 'other-submission';
  const index = meta.seq - record.firstSeq;
  if (record.party !== meta.party || index < 0 || index >= record.count) return 'not-in-submission';
  const leaf = await leafHash(fromHex(entry.eventDigest, 32));
  if (!(await provesInclusion(index, record.count, leaf, path, record.root))) return 'not-in-submission';
  return signerOf(submissionToSign(ledgerId, record), record.signature) === record.signer ? null : 'signature';
}

async function recordedOf({ ledgerId, entry, leafIndex, inclusion, checkpoint, meta }, evidence) {
  const { size, root, signature, signer } = checkpoint;
  if (!(await provesInclusion(leafIndex, size, await entryLeaf(entry), inclusion, root)))
    return fails('recorded', 'not-in-log');
  if (signerOf(checkpointToSign(ledgerId, checkpoint), signature) !== signer)
    return fails('recorded', 'checkpoint-signature');
  const key = keyIn(evidence, ledgerId, signer);
  if (key === null || (key && !key.isValidAt(size - 1))) return fails('recorded', 'checkpoint-key', { signer });
  const values = { entry: leafIndex, size, recordedAt: meta?.recordedAt };
  const isLate =
    meta && isUsable(evidence) && Date.parse(meta.recordedAt) > evidence.anchoredAt * 1000 + CLOCK_TOLERANCE_MS;
  return holds('recorded', isLate ? 'in-log-clock-off' : 'in-log', values);
}

/** Findings 4 and 5. What a contract accepted is told by its code; whether its block is real, only by a chain that was asked. */
function chainFindings({ anchor }, evidence, chain) {
  const both = (finding, reason, values) => [finding('history', reason, values), finding('chain', reason, values)];
  if (anchor === null) return both(unknown, 'not-anchored');
  if (evidence.refused) return both(fails, 'evidence-broken', evidence.refused);
  const { chainId, contract, block, anchoredAt } = evidence;
  const values = { chainId, contract, block, time: anchoredAt, host: chain.host };
  if (!evidence.isKnownCode) return both(unknown, 'unknown-code', values);
  if (chain.reason) return both(unknown, chain.reason, values);
  if (chain.chainId !== chainId) return both(unknown, 'other-chain', { ...values, askedChain: chain.chainId });
  if (chain.contract !== contract) return both(unknown, 'other-contract', { ...values, askedContract: chain.contract });
  if (chain.blockHash === null) return both(unknown, 'block-not-found', values);
  if (chain.blockHash !== evidence.blockHash) return both(fails, 'block-not-on-chain', values);
  return [
    evidence.isFirst ? holds('history', 'append-only', values) : unknown('history', 'successor', values),
    holds('chain', chain.finalBlock !== null && chain.finalBlock >= block ? 'final' : 'not-final', values),
  ];
}

function reasonOf(error) {
  // Anything but Refused is a value that our readers should have caught; it must not pass as a finding that holds.
  return error instanceof Refused
    ? { code: error.code, detail: error.detail }
    : { code: 'unreadable', detail: String(error) };
}

const RANK = { fails: 0, unknown: 1, holds: 2 };

/** One list of findings for several proofs: for each finding the worst verdict, with how many proofs share it. */
export function worstOf(lists) {
  return FINDINGS.map((id) => {
    const all = lists.map((findings) => findings.find((finding) => finding.id === id));
    const worst = all.reduce((a, b) => (RANK[b.verdict] < RANK[a.verdict] ? b : a));
    return { ...worst, count: all.filter((finding) => finding.verdict === worst.verdict).length, of: all.length };
  });
}
