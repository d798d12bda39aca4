/** Prints the page of labels, and makes a PDF of the same drawing, in millimetres as there. pdf-lib is loaded when it is asked for. */

const POINTS = 72 / 25.4;
const PIXELS = 24; // a millimetre of text that Helvetica has no letters for is drawn with so many: about 600 an inch

const number = (node, name) => Number(node.getAttribute(name));
const millimetres = (svg) => svg.getAttribute('viewBox').split(' ').slice(2).map(Number);

/** Text as a picture, by the browser's own fonts. */
async function picture(doc, text, size, width, weight) {
  const canvas = document.createElement('canvas');
  const font = `${weight} ${size * PIXELS}px Inter, system-ui, sans-serif`;
  const measure = canvas.getContext('2d');
  measure.font = font;
  canvas.width = Math.max(1, Math.ceil(Math.min(measure.measureText(text).width, width * PIXELS)));
  canvas.height = Math.ceil(size * 1.4 * PIXELS);
  const context = canvas.getContext('2d');
  context.font = font; // a new size forgets it
  context.fillText(text, 0, size * PIXELS, canvas.width);
  return {
    image: await doc.embedPng(canvas.toDataURL('image/png')),
    width: canvas.width / PIXELS,
    height: canvas.height / PIXELS,
  };
}

async function drawText(pdf, doc, page, height, node, fonts) {
  const [x, y, size, width] = ['x', 'y', 'font-size', 'data-width'].map((name) => number(node, name));
  const [text, weight] = [node.textContent, node.getAttribute('font-weight')];
  const font = fonts[weight];
  let length;
  try {
    length = font.widthOfTextAtSize(text, size);
  } catch {
    const drawn = await picture(doc, text, size, width, weight);
    const bottom = height - (y - size) - drawn.height;
    page.drawImage(drawn.image, {
      x: x * POINTS,
      y: bottom * POINTS,
      width: drawn.width * POINTS,
      height: drawn.height * POINTS,
    });
    return;
  }
  const fitting = length > width ? (size * width) / length : size;
  page.drawText(text, {
    x: x * POINTS,
    y: (height - y) * POINTS,
    size: fitting * POINTS,
    font,
    color: pdf.grayscale(0),
  });
}

/** One label, as a document of its own that the sheets then use again and again. */
async function labelDocument(pdf, symbol) {
  const doc = await pdf.PDFDocument.create();
  const [width, height] = millimetres(symbol);
  const page = doc.addPage([width * POINTS, height * POINTS]);
  const code = symbol.querySelector('path');
  const [x, y, scale] = code
    .getAttribute('transform')
    .match(/[\d.]+/g)
    .map(Number);
  page.drawSvgPath(code.getAttribute('d'), {
    x: x * POINTS,
    y: (height - y) * POINTS,
    scale: scale * POINTS,
    color: pdf.grayscale(0),
  });
  const fonts = {
    400: await doc.embedFont(pdf.StandardFonts.Helvetica),
    700: await doc.embedFont(pdf.StandardFonts.HelveticaBold),
  };
  for (const node of symbol.querySelectorAll('text')) await drawText(pdf, doc, page, height, node, fonts);
  return doc.save();
}

/** @returns {Promise<Uint8Array>} the sheets on the page, each a page of its size */
async function makePdf() {
  const pdf = await import('/lib/pdf-lib/pdf-lib.mjs');
  const doc = await pdf.PDFDocument.create();
  const symbol = document.querySelector('#label');
  const label = symbol && (await doc.embedPdf(await labelDocument(pdf, symbol)))[0];
  for (const sheet of document.querySelectorAll('svg.sheet')) {
    const [width, height] = millimetres(sheet);
    const page = doc.addPage([width * POINTS, height * POINTS]);
    for (const use of sheet.querySelectorAll('use')) {
      const bottom = height - number(use, 'y') - number(use, 'height');
      page.drawPage(label, { x: number(use, 'x') * POINTS, y: bottom * POINTS });
    }
    const line = { borderColor: pdf.grayscale(0), borderWidth: 0.15 * POINTS };
    for (const cut of sheet.querySelectorAll('rect.test')) {
      const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => number(cut, name));
      page.drawRectangle({
        x: x * POINTS,
        y: (height - y - h) * POINTS,
        width: w * POINTS,
        height: h * POINTS,
        ...line,
      });
    }
    const ruler = sheet.querySelector('path.test');
    if (ruler)
      page.drawSvgPath(ruler.getAttribute('d'), {
        x: 0,
        y: height * POINTS,
        scale: POINTS,
        borderColor: pdf.grayscale(0),
        borderWidth: 0.15,
      });
  }
  return doc.save();
}

const print = document.querySelector('[data-print]');
const save = document.querySelector('[data-pdf]');
const failed = document.querySelector('[data-failed]');

if (print) {
  print.hidden = save.hidden = false;
  print.addEventListener('click', () => window.print());
  save.addEventListener('click', async () => {
    save.disabled = true;
    failed.hidden = true;
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([await makePdf()], { type: 'application/pdf' }));
      link.download = save.dataset.pdf;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      console.warn(error);
      failed.hidden = false;
    } finally {
      save.disabled = false;
    }
  });
}
