// Forms of the portal beyond what they do without script: scanning, thumbnails, drafts that outlive a lost connection.
import { loadWords, say } from '../words.mjs';
import { startItems } from './items.mjs';
import { isKept, keepForms, renew, showForms } from './kept.mjs';
import { enqueue, startQueue } from './queue.mjs';
import { fieldsOf, get, put, remove, submitAsPage } from './store.mjs';

const THUMBNAIL = 144;

const form = document.querySelector('[data-step]');
const words = await loadWords(`/words/${document.documentElement.lang}.json`);
const key = form ? `${form.dataset.firm} ${new URL(form.action).pathname}` : '';
const token = () => form.querySelector('[name=form-token]').value;

let saving = null;
let isDirty = false;
let isSending = false;

/** A draft from before waits, which this form must not touch. */
let isBeside = false;

if (form) await startForm();
await forgetRecorded(document.querySelector('[data-recorded]'));
await startQueue(
  words,
  document.querySelector('[data-queue]'),
  form?.dataset.firm ?? document.body.querySelector('[data-queue]')?.dataset.firm,
);
// Shows what waits when a page is loaded without a connection.
if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/portal-worker.js', { scope: '/portal' }).catch(() => {});
  if (document.querySelector('[data-keep-forms]')) void keepForms();
}
const forms = document.querySelector('[data-forms]');
if (forms) await showForms(forms, words);

async function startForm() {
  if (form.querySelector('[data-items]')) startItems(form, words);
  const files = form.querySelector('[data-file]');
  files?.addEventListener('change', () => showThumbnails(files));
  form.addEventListener('submit', send);
  if (form.hasAttribute('data-edit')) await startDraft();
}

/** The page of what was recorded takes its draft away: a form may have gone off before this script was there. */
async function forgetRecorded(place) {
  if (!place) return;
  const name = `${place.dataset.firm} ${place.dataset.recorded}`;
  const { lot } = place.dataset;
  const draft = await get('draft', name).catch(() => undefined);
  if (draft && (!lot || draft.fields.some(([field, value]) => field === 'lot' && value === lot)))
    await remove('draft', name);
}

/** Saves what is typed, and offers what was typed before and never sent. */
async function startDraft() {
  const before = await get('draft', key).catch(() => undefined);
  if (isKept) {
    isBeside = before !== undefined;
    renew(form, words, isBeside);
    if (isBeside) return; // it can be taken up once there is a connection
  } else if (
    before &&
    before.once !== form.dataset.once &&
    !form.querySelector('[data-said]:not(:empty), .entry, [aria-invalid=true], .thumb') &&
    !holds(before.fields)
  )
    offer(before);
  form.addEventListener('input', save);
  form.addEventListener('change', save);
  // What the server sent back is a draft too: its files are kept there already.
  if (form.querySelector('.entry, [aria-invalid=true], .thumb')) await save();
}

/** Whether all of a draft stands in the form already: then there is nothing to take up. */
function holds(fields) {
  const here = fieldsOf(form);
  return fields.every(
    ([name, value]) =>
      name === 'once' || value === '' || here.some(([other, held]) => other === name && held === value),
  );
}

/** At once, and once more where something was typed meanwhile: whoever leaves the page loses nothing. */
function save() {
  isDirty = true;
  saving ??= (async () => {
    while (isDirty) {
      isDirty = false;
      await put('draft', { key, once: form.dataset.once, fields: fieldsOf(form) }).catch(() => {});
    }
    saving = null;
  })();
  return saving;
}

function offer(draft) {
  const line = document.createElement('p');
  line.className = 'status wait';
  line.dataset.draft = '';
  line.append(
    Object.assign(document.createElement('span'), { textContent: say(words, 'drafts.kept') }),
    button('drafts.restore', () => submitAsPage(form.action, draft.fields, token(), 'change')),
    button('drafts.drop', async () => {
      await remove('draft', key);
      line.remove();
    }),
  );
  form.before(line);
}

function button(name, press) {
  const made = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'text-button',
    textContent: say(words, name),
  });
  made.addEventListener('click', press);
  return made;
}

/** With a connection as without script; without one the form stays, and may wait here until there is one. */
async function send(event) {
  const what = event.submitter?.value;
  if (event.submitter?.name !== 'do' || !['preview', 'record'].includes(what)) return;
  event.preventDefault();
  if (isSending) return; // a second click
  isSending = true;
  await sendNow(what);
  isSending = false;
}

async function sendNow(what) {
  if (form.hasAttribute('data-edit') && !isBeside) await save();
  if (!(await isConnected())) return what === 'record' ? wait() : offerToWait();
  if (what === 'preview') return submit(what);
  await record();
}

/** Records by a request whose end is seen here, so that the draft goes once it is recorded and not before. */
async function record() {
  const body = new FormData(form);
  body.append('do', 'record');
  let answer;
  try {
    answer = await fetch(form.action, { method: 'POST', body });
  } catch {
    return wait(); // the request may have arrived: sent again it is the same attempt
  }
  if (!answer.redirected) return submit('record'); // for the page that says why not
  await remove('draft', key).catch(() => {});
  location.assign(answer.url);
}

function submit(what) {
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'do', value: what }));
  form.submit();
}

async function isConnected() {
  if (!navigator.onLine) return false;
  try {
    await fetch('/portal/offline', { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

function offerToWait() {
  const line = form.querySelector('[data-offline]');
  line.hidden = false;
  line.replaceChildren(
    Object.assign(document.createElement('strong'), { textContent: say(words, 'drafts.offline') }),
    button('drafts.send-later', wait),
    Object.assign(document.createElement('span'), { textContent: say(words, 'drafts.send-later.note') }),
  );
  line.querySelector('button').focus();
}

async function wait() {
  await enqueue({
    once: form.dataset.once,
    action: form.action,
    fields: fieldsOf(form),
    token: token(),
    title: titleOf(),
  });
  form.querySelector('[data-offline]')?.setAttribute('hidden', '');
  if (!isBeside) await remove('draft', key).catch(() => {}); // what waits has it all
  form.inert = true;
  for (const one of form.querySelectorAll('button')) one.disabled = true;
}

/** What it is about, in a line. */
const titleOf = () =>
  [
    form.dataset.title,
    ...[...form.querySelectorAll('[name=row-item]')].map(({ value }) => value.split('/').at(-1)),
    form.elements.lot?.value,
  ]
    .filter(Boolean)
    .join(' · ');

/** Seen before they are sent. A small copy as data, as pages here show nothing but their own files and data. */
async function showThumbnails(input) {
  const figures = await Promise.all([...input.files].map(figureOf));
  form.querySelector('[data-thumbs]').replaceChildren(...figures);
}

async function figureOf(file) {
  const figure = document.createElement('figure');
  try {
    const picture = await createImageBitmap(file);
    const scale = THUMBNAIL / Math.min(picture.width, picture.height);
    const canvas = Object.assign(document.createElement('canvas'), { width: THUMBNAIL, height: THUMBNAIL });
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext('2d').drawImage(picture, (THUMBNAIL - width) / 2, (THUMBNAIL - height) / 2, width, height);
    figure.append(Object.assign(new Image(), { src: canvas.toDataURL('image/jpeg', 0.8), alt: '' }));
  } catch {
    // a PDF, or no picture: its name says enough
  }
  figure.append(Object.assign(document.createElement('figcaption'), { textContent: file.name }));
  return figure;
}
