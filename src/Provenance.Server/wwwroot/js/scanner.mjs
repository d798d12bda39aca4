// Reads codes with the camera or from a picture. The pictures stay here: they are read on this device and dropped.

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

/** A larger picture takes seconds on a phone, and its codes are no easier to read. */
const LONGEST_SIDE = 2400;

/** Without a secure context a browser gives no page the camera. */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Which text says why the camera is not to be had. */
export function reasonOf({ name }) {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'scan.denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'scan.none' : 'scan.failed';
}

/** A function that gives the texts of all codes in a video's frame or a bitmap: the browser's own reader where it knows these codes, else ours. */
async function openReader() {
  const known = 'BarcodeDetector' in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (known.includes('qr_code') && known.includes('ean_13') && known.includes('data_matrix')) {
    const own = new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
    return async (source) => (await own.detect(source)).map(({ rawValue }) => rawValue);
  }
  const { prepareZXingModule, readBarcodes } = await import('../lib/zxing/reader/index.js');
  await prepareZXingModule({ overrides: { locateFile: () => '/lib/zxing/reader.wasm' }, fireImmediately: true });
  const canvas = document.createElement('canvas');
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  return async (source) => {
    const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
    if (width === 0) return [];
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    drawing.drawImage(source, 0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(drawing.getImageData(0, 0, canvas.width, canvas.height), {
      formats: ZXING_FORMATS,
      tryHarder: true,
    });
    return found.filter(({ isValid }) => isValid).map(({ text }) => text);
  };
}

/** The texts of all codes in an image file. */
export async function readPicture(file) {
  const picture = await createImageBitmap(file);
  try {
    return await (
      await openReader()
    )(picture);
  } finally {
    picture.close();
  }
}

/** The camera's picture in a video element, and what is read in it until it is stopped. */
export class Camera {
  #video;
  #stream = null;

  constructor(video) {
    this.#video = video;
  }

  get isOn() {
    return this.#stream !== null;
  }

  /** Throws what the browser throws where there is no camera or it is refused. */
  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
      audio: false,
    });
    this.#video.srcObject = this.#stream;
    this.#video.hidden = false;
    await this.#video.play();
  }

  /** Calls back with the text of each code that is seen, until the camera is stopped. */
  async read(found) {
    const reader = await openReader();
    while (this.isOn) {
      for (const text of await reader(this.#video)) if (this.isOn) await found(text);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#video.hidden = true;
  }
}
