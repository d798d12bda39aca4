// Keeps one page of the portal for when there is no connection: the one that shows what waits to be sent. Nothing of anybody's session is kept.
'use strict';

const CACHE = 'provenance-portal-1';
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
  '/js/portal/queue.mjs',
  '/js/portal/store.mjs',
  '/lib/fonts/inter.woff2',
  '/lib/fonts/source-serif-4.woff2',
];

addEventListener('install', (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES))));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { pathname } = new URL(request.url);
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => offlinePage(request)));
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

async function offlinePage({ url }) {
  const wished = [
    new URL(url).searchParams.get('lang'),
    ...navigator.languages.map((language) => language.slice(0, 2)),
  ];
  const language = wished.find((one) => LANGUAGES.includes(one)) ?? 'en';
  return (await caches.match(pageIn(language))) ?? Response.error();
}
