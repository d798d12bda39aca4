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
 * Checks a proof file's bytes, with `anchor` where that is a file of its own. `chain` is what a chain answered (chain.mjs), or `{reason}` saying why none was asked.
 * Gives `{findings, proof, fields, evidence}`; findings in the order of FINDINGS, each `{id, verdict, reason, values}`.
 */
export async function verifyProof(
  bytes,
  { anchor = null, chain = { reason: 'offline' }, knownCode = KNOWN_CODE } = {},
) {
  let proof;
  try {
    proof = readProof(bytes, anchor);
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
    unknown('complete', 'single-entry'),
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
    if (digest !== entry.eventDigest) return { finding: fails('content', 'other-event'), fields: null };
    return { finding: holds('content', 'committed', { shown: fields.size, hidden }), fields };
  } catch (refused) {
    const { code, detail } = reasonOf(refused);
    return { finding: fails('content', 'not-committed', { code, detail }), fields: null };
  }
}

/** What the anchor proves: null without one, `{refused}` when it contradicts itself, `{contradiction}` when it does the proof. */
function evidenceOf({ anchor, checkpoint, ledgerId }, knownCode) {
  if (anchor === null) return null;
  try {
    const evidence = readAnchor(anchor);
    const stored = evidence.checkpointOf(checkpoint.root);
    return {
      ...evidence,
      isKnownCode: knownCode.has(evidence.codeHash),
      anchoredAt: stored?.time,
      contradiction: contradictionOf(evidence, stored, checkpoint, ledgerId),
    };
  } catch (refused) {
    return { refused: reasonOf(refused) };
  }
}

function contradictionOf(evidence, stored, checkpoint, ledgerId) {
  if (evidence.ledgerId !== ledgerId) return 'other-ledger';
  if (stored === null || stored.size !== checkpoint.size) return 'root-not-stored';
  if (stored.time > evidence.time) return 'anchor-time';
  return evidence.isFirst || evidence.isSuccessor ? null : 'no-beginning';
}

/**
 * Only storage of the ledger's own first contract, its program being known, says anything about keys: anybody can deploy a contract, or a
 * successor of this ledger, that names any key. A successor's keys wait for its predecessor's word.
 */
const isUsable = (evidence) =>
  Boolean(evidence && !evidence.refused && !evidence.contradiction && evidence.isKnownCode && evidence.isFirst);

async function authorOf(proof, evidence) {
  const { meta, entry, submission, leafIndex } = proof;
  if (meta === null) {
    return submission === null ? unknown('author', 'author-hidden') : fails('author', 'signature-without-author');
  }
  if ((await digestOf(meta)) !== entry.meta) return fails('author', 'other-author');
  if (meta.submission !== (submission && (await digestOf(submission.record))))
    return fails('author', 'other-submission');
  const { party } = meta;
  if (submission === null) return unknown('author', 'recorded-by-operator', { party });
  const broken = await brokenSubmission(proof);
  if (broken) return fails('author', broken, { party });

  const { signer } = submission.record;
  const values = { party, signer };
  if (!isUsable(evidence)) return unknown('author', 'key-not-proven', values);
  const key = evidence.keyOf(party, signer);
  if (!key?.isValidAt(leafIndex)) return fails('author', 'key-not-valid', values);
  if (key.isReassigned) return unknown('author', 'reassigned', values);
  return key.isCompromisedAt(leafIndex) ? unknown('author', 'compromised', values) : holds('author', 'signed', values);
}

/** Why the submission does not cover this entry; null when it does (design §3, Submission). */
async function brokenSubmission({ ledgerId, meta, entry, submission: { record, path } }) {
  if (record.party !== meta.party) return 'other-party';
  const index = meta.seq - record.firstSeq;
  if (index < 0 || index >= record.count) return 'outside-submission';
  const leaf = await leafHash(fromHex(entry.eventDigest, 32));
  if (!(await provesInclusion(index, record.count, leaf, path, record.root))) return 'not-signed';
  return signerOf(submissionToSign(ledgerId, record), record.signature) === record.signer ? null : 'bad-signature';
}

async function recordedOf({ ledgerId, entry, leafIndex, inclusion, checkpoint, meta }, evidence) {
  const { size, root, signature, signer } = checkpoint;
  if (!(await provesInclusion(leafIndex, size, await entryLeaf(entry), inclusion, root))) {
    return fails('recorded', 'not-included');
  }
  if (signerOf(checkpointToSign(ledgerId, checkpoint), signature) !== signer) {
    return fails('recorded', 'bad-checkpoint-signature');
  }
  if (isUsable(evidence) && !evidence.keyOf(ledgerId, signer)?.isValidAt(size - 1)) {
    return fails('recorded', 'not-the-ledgers-key', { signer });
  }
  const isLate =
    meta && isUsable(evidence) && Date.parse(meta.recordedAt) > evidence.anchoredAt * 1000 + CLOCK_TOLERANCE_MS;
  const values = { entry: leafIndex, size, recordedAt: meta?.recordedAt };
  return holds('recorded', isLate ? 'included-clock-off' : 'included', values);
}

/** Findings 4 and 5. What a contract accepted is told by its code; whether its block is real, only by a chain that was asked. */
function chainFindings({ anchor }, evidence, chain) {
  const both = (finding, reason, values) => [finding('history', reason, values), finding('chain', reason, values)];
  if (anchor === null) return both(unknown, 'not-yet-anchored');
  if (evidence.refused) return both(fails, 'bad-evidence', evidence.refused);
  if (evidence.contradiction) return both(fails, 'other-history', { code: evidence.contradiction });
  const { chainId, contract, block, anchoredAt } = evidence;
  const values = { chainId, contract, block, time: anchoredAt, host: chain.host };
  if (!evidence.isKnownCode) return both(unknown, 'unknown-code', values);
  if (!evidence.isFirst) return both(unknown, 'successor', values);
  if (chain.reason) return both(unknown, chain.reason, values);
  if (chain.chainId !== chainId || chain.contract !== contract) {
    return both(fails, 'other-contract', { ...values, askedChain: chain.chainId, askedContract: chain.contract });
  }
  if (chain.blockHash === null) return both(unknown, 'no-answer', values);
  if (chain.blockHash !== evidence.blockHash) return both(fails, 'not-canonical', values);
  const isFinal = chain.finalBlock !== null && chain.finalBlock >= block;
  return [holds('history', 'accepted', values), holds('chain', isFinal ? 'final' : 'not-final', values)];
}

function reasonOf(error) {
  // Anything but Refused is a value that our readers should have caught; it must not pass as a finding that holds.
  return error instanceof Refused
    ? { code: error.code, detail: error.detail }
    : { code: 'unreadable', detail: String(error) };
}

const RANK = { fails: 0, unknown: 1, holds: 2 };

/** One list of findings for several proofs: for each the worst, and how many `of` the proofs give the same verdict for the same reason. */
export function worstOf(lists) {
  return FINDINGS.map((id) => {
    const all = lists.map((findings) => findings.find((finding) => finding.id === id));
    const worst = all.reduce((a, b) => (RANK[b.verdict] < RANK[a.verdict] ? b : a));
    const count = all.filter(({ verdict, reason }) => verdict === worst.verdict && reason === worst.reason).length;
    return { ...worst, count, of: all.length };
  });
}
