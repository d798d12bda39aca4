// Adds what is scanned or typed to a step's list without leaving the page, so that the camera stays on. The server says what is known of it;
// without a connection it goes onto the list as it was scanned.
import { Camera, hasCamera, readPicture, reasonOf } from '../scanner.mjs';
import { say } from '../words.mjs';

/** Parts of the form that adding something changes. */
const CHANGED = ['.code-line', '[data-said]', '[data-rows]', '[data-coming]', '[data-shipment]', '[data-partner]'];

/** Nobody means the same code twice within that time: the camera still sees it. */
const SAME_CODE_MS = 3_000;

const SIGNAL = 'provenance-signal';

export function startItems(form, words) {
  const part = (name) => form.querySelector(name);
  let last = Promise.resolve();

  form.addEventListener('click', (event) => {
    const remove = event.target.closest('[data-remove]');
    if (remove) {
      event.preventDefault();
      remove.closest('.entry').remove();
      part('#code').focus();
      form.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (event.target.closest('[data-add]')) {
      event.preventDefault();
      add(part('#code').value);
    }
  });
  // A hand scanner types the code and presses Enter.
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.closest('.code-line input')) return;
    event.preventDefault();
    add(part('#code').value);
  });
  startScanning(
    part('[data-scan]'),
    add,
    (key, values) => (part('[data-said]').textContent = say(words, key, values)),
    words,
  );

  /** One after the other: each answer holds the list as it was when it was asked for. */
  function add(code) {
    last = last.then(() => (code.trim() ? addNow(code) : undefined));
    return last;
  }

  async function addNow(code) {
    part('#code').value = code;
    const body = new FormData(form, part('[data-add]'));
    body.delete('file');
    let answer;
    try {
      answer = await fetch(form.action, { method: 'POST', body });
    } catch {
      return addUnseen(code);
    }
    if (answer.redirected || (!answer.ok && answer.status !== 400)) return form.requestSubmit(part('[data-add]'));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const name of CHANGED) {
      const [old, fresh] = [part(name), page.querySelector(`[data-step] ${name}`)];
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    }
    (part('.code-line [aria-invalid=true]') ?? part('#code')).focus();
    form.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function addUnseen(code) {
    const lot = part('#code-lot').value.trim();
    const item = itemOf(code.trim(), lot);
    const row = part('[data-row]').content.cloneNode(true);
    row.querySelector('[name=row-item]').value = item;
    row.querySelector('strong').textContent = item;
    part('[data-rows]').append(row);
    part('#code').value = part('#code-lot').value = '';
    part('[data-said]').textContent = say(words, 'steps.scan.offline', { number: item });
    form.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** A number and a lot in one: of GS1's, or of the firm's own as a path of this server. */
  function itemOf(number, lot) {
    if (!lot) return number;
    if (/^\d{8,14}$/.test(number)) return `(01)${number.padStart(14, '0')}(10)${lot}`;
    return `/id/${form.dataset.firm}/${encodeURIComponent(number)}/batch/${encodeURIComponent(lot)}`;
  }
}

function startScanning(box, add, tell, words) {
  const part = (name) => box.querySelector(name);
  const [button, signal] = [part('[data-camera]'), part('[data-signal] input')];
  const camera = new Camera(part('video'));
  const seen = new Map();
  box.hidden = false;
  button.hidden = !hasCamera();
  if (!hasCamera()) tell('steps.scan.insecure');
  signal.checked = localStorage.getItem(SIGNAL) === '1';
  signal.addEventListener('change', () => localStorage.setItem(SIGNAL, signal.checked ? '1' : '0'));
  button.addEventListener('click', () => (camera.isOn ? stop() : start()));
  part('[data-picture]').addEventListener('change', async ({ target }) => {
    const codes = target.files[0] ? await readPicture(target.files[0]).catch(() => []) : [];
    target.value = '';
    if (codes.length === 0) tell('steps.scan.none-in-image');
    for (const code of codes) await found(code);
  });

  async function start() {
    tell('scan.starting');
    try {
      await camera.start();
    } catch (refused) {
      stop();
      return tell(reasonOf(refused));
    }
    button.textContent = say(words, 'scan.stop');
    part('[data-signal]').hidden = false;
    tell('scan.aim');
    try {
      await camera.read(async (code) => {
        if (Date.now() - (seen.get(code) ?? 0) < SAME_CODE_MS) return void seen.set(code, Date.now());
        seen.set(code, Date.now());
        await found(code);
      });
    } catch {
      stop();
      tell('scan.failed');
    }
  }

  async function found(code) {
    if (signal.checked) beep();
    await add(code);
  }

  function stop() {
    camera.stop();
    button.textContent = say(words, 'scan.start');
    part('[data-signal]').hidden = true;
  }
}

function beep() {
  navigator.vibrate?.(80);
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  tone.frequency.value = 1_400;
  tone.connect(sound.destination);
  tone.onended = () => sound.close();
  tone.start();
  tone.stop(sound.currentTime + 0.08);
}
