// Forms that the browser kept for whoever was signed in go with them, also where no service worker saw them leave.
await globalThis.caches?.delete('provenance-portal-forms');
