// Forms that were sent off without a connection. Each is sent when there is one again, under the name that its attempt had from the first:
// however often that happens, the server records it once.
import { say } from '../words.mjs';
import { all, get, put, remove, submitAsPage } from './store.mjs';

const TRY_AGAIN_MS = 15_000;

/** What was sent is shown that long, so that one sees that it was. */
const SHOWN_MS = 60 * 60 * 1000;

let words;
let box;
let firm;
let isSending = false;

/** Shows what waits in the page's box, and sends it whenever that is possible. */
export async function startQueue(loadedWords, element, ofFirm) {
  [words, box, firm] = [loadedWords, element, ofFirm];
  for (const one of await all('queue'))
    if (one.state === 'sent' && Date.now() - one.at > SHOWN_MS) await remove('queue', one.once);
  addEventListener('online', flush);
  setInterval(flush, TRY_AGAIN_MS);
  await show();
  await flush();
}

/** Keeps a form until it can be sent. */
export async function enqueue(entry) {
  await put('queue', { ...entry, firm, state: 'waiting', at: Date.now() });
  await show();
  void flush();
}

const own = async () =>
  (await all('queue')).filter((one) => !firm || one.firm === firm).sort((one, other) => one.at - other.at);

async function flush() {
  if (isSending) return;
  isSending = true;
  try {
    for (const one of await own()) if (one.state === 'waiting' && !(await send(one))) break;
  } finally {
    isSending = false;
  }
}

/** False where there is still no connection. */
async function send(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.append('form-token', document.querySelector('[name=form-token]')?.value ?? entry.token);
  body.append('do', 'record');
  let answer;
  try {
    answer = await fetch(entry.action, { method: 'POST', body });
  } catch {
    return false;
  }
  const place = new URL(answer.url);
  if (answer.ok && answer.redirected && /\/portal\/(events|batches)\/\d+$/.test(place.pathname)) {
    await settle(entry, { state: 'sent', place: place.pathname + place.search });
  } else if ([400, 409, 413, 415, 422].includes(answer.status)) {
    await settle(entry, { state: 'refused' });
  }
  // Anything else may pass: a server that starts, a session that ended.
  return true;
}

async function settle(entry, change) {
  // Thrown away meanwhile: then there is nothing to show of it.
  if (await get('queue', entry.once)) await put('queue', { ...entry, ...change, at: Date.now() });
  await show();
}

async function show() {
  if (!box) return;
  const entries = await own();
  box.hidden = entries.length === 0;
  for (const line of box.querySelectorAll('p')) line.remove(); // a page without a form keeps its token here
  box.append(...entries.map(lineOf));
}

function lineOf(entry) {
  const line = document.createElement('p');
  line.className = `status ${{ waiting: 'wait', sent: '', refused: 'stop' }[entry.state]}`;
  line.dataset.state = entry.state;
  line.setAttribute('role', 'status');
  line.append(element('strong', say(words, `drafts.${entry.state}`)), element('span', entry.title));
  if (entry.state === 'waiting') line.append(element('span', say(words, 'drafts.waiting.text')));
  if (entry.state === 'sent') {
    const link = element('a', say(words, 'drafts.sent.see'));
    link.href = entry.place;
    line.append(link);
  }
  if (entry.state === 'refused') line.append(buttonOf('drafts.refused.open', () => open(entry)));
  line.append(buttonOf(entry.state === 'sent' ? 'drafts.close' : 'drafts.drop', () => drop(entry)));
  return line;
}

async function open(entry) {
  await drop(entry);
  submitAsPage(
    entry.action,
    entry.fields,
    document.querySelector('[name=form-token]')?.value ?? entry.token,
    'preview',
  );
}

async function drop(entry) {
  await remove('queue', entry.once);
  await show();
}

function buttonOf(key, press) {
  const button = element('button', say(words, key));
  Object.assign(button, { type: 'button', className: 'text-button' });
  button.addEventListener('click', press);
  return button;
}

const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
