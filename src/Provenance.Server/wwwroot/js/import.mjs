// While the server goes through a file, shows how far it came. Without this, the page's own button does.
// Short files are through at once, long ones take minutes: it asks often first, then ever less.
const FIRST = 150;
const MOST = 1000;

const wait = (time) => new Promise((done) => setTimeout(done, time));

for (let pause = FIRST; ; pause = Math.min(MOST, pause * 1.5)) {
  await wait(pause);
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!page.querySelector('#import[data-working]')) {
      location.reload();
      break;
    }
    const [shown, now] = [document, page].map((one) => one.querySelector('#progress progress'));
    if (now.value !== shown.value) {
      document.querySelector('#progress').replaceWith(page.querySelector('#progress'));
    }
  } catch {
    // The connection is away for a moment; the server goes on.
  }
}
