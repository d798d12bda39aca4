// What the portal has without a connection: the page that shows what waits to be sent, and the empty forms of whoever is signed in, so that one can be begun.
// The forms hold the firm's products and places. They go when somebody signs out, and when another session asks for one.
'use strict';

const CACHE = 'provenance-portal-2';
const KEPT = 'provenance-portal-forms';
const FORMS = ['register', 'receive', 'transform', 'pack', 'ship'].map((word) => `/portal/${word}`);
const LANGUAGES = ['en', 'de', 'es'];
const pageIn = (language) => `/portal/offline?lang=${language}`;
const FILES = [
  ...LANGUAGES.flatMap((language) => [pageIn(language), `/words/${language}.json`]),
  '/site.css',
  '/icon.svg',
  '/js/words.mjs',
  '/js/scanner.mjs',
  '/js/portal/step.mjs',
  '/js/portal/items.mjs',
  '/js/portal/kept.mjs',
  '/js/portal/queue.mjs',
  '/js/portal/store.mjs',
  '/lib/fonts/inter.woff2',
  '/lib/fonts/source-serif-4.woff2',
  '/lib/zxing/share.js',
  '/lib/zxing/reader/index.js',
  '/lib/zxing/reader.wasm',
];

/** Whose forms are kept: another number after each time that they were thrown away, so that none comes back which was asked for before. */
let age = 0;

addEventListener('install', (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES))));
addEventListener('activate', (event) =>
  event.waitUntil(caches.delete('provenance-portal-1').then(() => clients.claim())),
);
addEventListener('message', (event) => {
  if (event.data?.keep) event.waitUntil(keepMissing(event.data.keep));
});
addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method === 'POST' && pathname.startsWith('/portal/sign-out')) event.waitUntil(forget());
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(pageOf(event, pathname));
  else if (FILES.includes(pathname)) event.respondWith(fresh(request, pathname));
});

/** As the server has it now, and kept for later; as it was, where there is no connection. */
async function fresh(request, pathname) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(pathname, answer.clone());
    return answer;
  } catch {
    return (await cache.match(pathname)) ?? Response.error();
  }
}

async function pageOf(event, pathname) {
  const { request } = event;
  const asked = age;
  try {
    const answer = await fetch(request);
    // Where signing in is asked for, nobody is signed in.
    if (answer.ok && /^\/portal(\/?$|\/join\/)/.test(pathname)) await forget();
    else if (isEmptyForm(request.url) && answer.ok) event.waitUntil(keep(pathname, answer.clone(), asked));
    return answer;
  } catch {
    return (isEmptyForm(request.url) && (await keptForm(request.url))) || offlinePage(request);
  }
}

/** A form that nothing is filled into beforehand. */
function isEmptyForm(url) {
  const { pathname, searchParams } = new URL(url);
  return FORMS.includes(pathname) && [...searchParams.keys()].every((name) => name === 'lang');
}

async function keep(pathname, answer, asked) {
  const text = await answer.text();
  const [token, language] = [/name="form-token" value="(\w+)"/.exec(text)?.[1], /<html lang="(\w+)"/.exec(text)?.[1]];
  if (!token || !language) return;
  const whose = await (await (await caches.open(KEPT)).match('/portal/kept-for'))?.text();
  if (whose && whose !== token) await forget();
  else if (asked !== age) return;
  const cache = await caches.open(KEPT);
  const headers = new Headers(answer.headers);
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name); // they speak of the bytes as they were sent
  await cache.put('/portal/kept-for', new Response(token));
  await cache.put(
    `${pathname}?lang=${language}`,
    new Response(text.replace('<html ', '<html data-kept '), { headers }),
  );
}

async function keepMissing(language) {
  const cache = await caches.open(KEPT);
  for (const form of FORMS) {
    const [address, asked] = [`${form}?lang=${language}`, age];
    if (await cache.match(address)) continue;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok && !answer.redirected) await keep(form, answer, asked);
  }
}

async function keptForm(url) {
  const { pathname, searchParams } = new URL(url);
  const cache = await caches.open(KEPT);
  return searchParams.has('lang')
    ? cache.match(`${pathname}?lang=${searchParams.get('lang')}`)
    : cache.match(pathname, { ignoreSearch: true });
}

async function forget() {
  age++;
  await caches.delete(KEPT);
}

async function offlinePage({ url }) {
  const wished = [
    new URL(url).searchParams.get('lang'),
    ...navigator.languages.map((language) => language.slice(0, 2)),
  ];
  const language = wished.find((one) => LANGUAGES.includes(one)) ?? 'en';
  return (await caches.match(pageIn(language))) ?? Response.error();
}
