// The words of a finding in the page's language: from the same file that the server takes the page's words from.

export const loadWords = async (url) => (await fetch(url)).json();

/** A text of the language file with its {names} replaced. */
export const say = (words, key, values = {}) =>
  (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '–');

/** Title and sentence for one finding, or for one that several entries share. */
function wordsOf(words, { id, verdict, reason, values, count, of }) {
  const shown = { ...readable(values), count, of };
  const key = `finding.${id}.${reason}`;
  const title = say(words, words[`${key}.title`] ? `${key}.title` : `finding.${id}.title.${verdict}`, shown);
  if (of > 1 && count === of && words[`${key}.all`]) return { title, text: say(words, `${key}.all`, shown) };
  return {
    title,
    text: say(words, key, shown) + (of > 1 && count < of ? ` (${say(words, 'findings.some', shown)})` : ''),
  };
}

const LANGUAGE = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const DATE = new Intl.DateTimeFormat(LANGUAGE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const NUMBER = new Intl.NumberFormat(LANGUAGE);

/** Numbers and times for people; long hex cut in the middle, as nobody compares 40 digits in a sentence. */
function readable(values) {
  const shown = { ...values };
  for (const name of ['entry', 'size', 'block', 'leaf'])
    if (Number.isFinite(values[name])) shown[name] = NUMBER.format(values[name]);
  if (Number.isFinite(values.time)) shown.time = DATE.format(new Date(values.time * 1000)) + ' UTC';
  if (values.recordedAt) shown.recordedAt = DATE.format(new Date(values.recordedAt)) + ' UTC';
  for (const name of ['signer', 'contract', 'askedContract'])
    if (values[name]) shown[name] = `${values[name].slice(0, 8)}…${values[name].slice(-4)}`;
  return shown;
}

const MARKS = { holds: '✓', fails: '✕', unknown: '?' };

/** Puts a finding into its line of the list. */
export function showFinding(line, words, finding) {
  const { title, text } = wordsOf(words, finding);
  line.className = finding.verdict;
  line.querySelector('.mark').textContent = MARKS[finding.verdict];
  line.querySelector('strong').textContent = title;
  line.querySelector('p').textContent = text;
}
