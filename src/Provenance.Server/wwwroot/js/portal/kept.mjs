// Forms that the service worker kept, for beginning one without a connection.
import { say } from '../words.mjs';

const KEPT = 'provenance-portal-forms';

/** Whether this page was kept: what stands in it is as old as that. */
export const isKept = document.documentElement.hasAttribute('data-kept');

/** Makes a kept form a new one: an attempt with a name of its own, dated today, without what was on the way then. */
export function renew(form, words, hasDraft) {
  const once = `portal-${crypto.randomUUID().replaceAll('-', '')}`;
  form.dataset.once = form.elements.once.value = once;
  const now = new Date();
  form.elements.made.value = `${now.getFullYear()}-${`${now.getMonth() + 1}`.padStart(2, '0')}-${`${now.getDate()}`.padStart(2, '0')}`;
  form.querySelector('[data-coming]')?.replaceChildren();
  const line = Object.assign(document.createElement('p'), { className: 'status wait' });
  line.setAttribute('role', 'status');
  line.textContent = say(words, hasDraft ? 'drafts.begun.beside' : 'drafts.begun');
  form.before(line);
}

/** Asks the service worker to have all forms before the connection is gone. */
export async function keepForms() {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: document.documentElement.lang });
}

/** Links to the forms that there are. */
export async function showForms(box, words) {
  if (!globalThis.caches) return;
  for (const { url } of await (await caches.open(KEPT)).keys()) {
    const { pathname, searchParams } = new URL(url);
    if (searchParams.get('lang') !== document.documentElement.lang) continue;
    const word = pathname.split('/').at(-1);
    const link = Object.assign(document.createElement('a'), { className: 'button', href: url });
    link.textContent = say(words, word === 'register' ? 'register.title' : `steps.${word}.title`);
    box.querySelector('.actions').append(link);
    box.hidden = false;
  }
}
