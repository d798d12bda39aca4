// Scans a code with the camera and puts what it says into the look-up box. The picture stays here: frames are read on this device and dropped.
import { loadWords, say } from './words.mjs';

/** What stands on packs: retail barcodes, GS1's two-dimensional codes, logistic labels. */
const FORMATS = ['qr_code', 'data_matrix', 'ean_13', 'ean_8', 'upc_a', 'upc_e', 'itf', 'code_128'];
const ZXING_FORMATS = [
  'QRCode',
  'DataMatrix',
  'EAN13',
  'EAN8',
  'UPCA',
  'UPCE',
  'ITF',
  'Code128',
  'DataBar',
  'DataBarExp',
];
const PAUSE_MS = 150;

const box = document.querySelector('[data-scan]');
const [button, video, status] = ['button', 'video', '[role=status]'].map((name) => box.querySelector(name));
const words = await loadWords(box.dataset.words);
let stream = null;

// Without a secure context a browser gives no page the camera; then there is only typing, as without script.
if (navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  button.addEventListener('click', () => (stream ? stop('') : start()));
}

async function start() {
  tell('scan.starting');
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
  } catch (refused) {
    return stop(reasonOf(refused));
  }
  button.textContent = say(words, 'scan.stop');
  tell('scan.aim');
  try {
    await readUntilFound(await detector());
  } catch {
    stop('scan.failed');
  }
}

async function readUntilFound(detect) {
  while (stream) {
    const text = await detect();
    if (text && stream) return look(text);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The browser's own reader where it has one that knows these codes, else ours. */
async function detector() {
  const known = 'BarcodeDetector' in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (known.includes('qr_code') && known.includes('ean_13')) {
    const own = new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
    return async () => (await own.detect(video))[0]?.rawValue;
  }
  const { prepareZXingModule, readBarcodes } = await import('../lib/zxing/reader/index.js');
  await prepareZXingModule({ overrides: { locateFile: () => '/lib/zxing/reader.wasm' }, fireImmediately: true });
  const canvas = document.createElement('canvas');
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  return async () => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    if (canvas.width === 0) return undefined;
    drawing.drawImage(video, 0, 0);
    const found = await readBarcodes(drawing.getImageData(0, 0, canvas.width, canvas.height), {
      formats: ZXING_FORMATS,
      tryHarder: true,
    });
    return found.find(({ isValid }) => isValid)?.text;
  };
}

/** Goes where the look-up box would lead. */
function look(text) {
  stop('scan.found', { text });
  const input = document.getElementById('item');
  const { form } = input;
  input.value = text;
  form.elements.lot.value = '';
  form.requestSubmit();
}

function stop(key, values) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  video.hidden = true;
  button.textContent = say(words, 'scan.start');
  tell(key, values);
}

function reasonOf({ name }) {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'scan.denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'scan.none' : 'scan.failed';
}

function tell(key, values) {
  status.textContent = key ? say(words, key, values) : '';
}
