// What this browser keeps of forms: drafts by their address, and those sent off without a connection by the name of the attempt.
// In IndexedDB, as photos belong to them.

const NAME = 'provenance-portal';

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('draft', { keyPath: 'key' });
      request.result.createObjectStore('queue', { keyPath: 'once' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** One request in a transaction of its own; comes back once it is on the disk. */
async function run(store, mode, ask) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const put = (store, value) => run(store, 'readwrite', (objects) => objects.put(value));
export const get = (store, key) => run(store, 'readonly', (objects) => objects.get(key));
export const all = (store) => run(store, 'readonly', (objects) => objects.getAll());
export const remove = (store, key) => run(store, 'readwrite', (objects) => objects.delete(key));

/** A form's fields in order, files included; without its token, which is the session's and not the form's. */
export const fieldsOf = (form) =>
  [...new FormData(form)].filter(([name, value]) => name !== 'form-token' && name !== 'do' && !isEmptyFile(value));

const isEmptyFile = (value) => value instanceof File && value.size === 0 && value.name === '';

/** Sends fields as if their form stood on this page and somebody had pressed a button of it. */
export function submitAsPage(action, fields, token, what) {
  const form = Object.assign(document.createElement('form'), {
    action,
    method: 'post',
    enctype: 'multipart/form-data',
    hidden: true,
  });
  const files = new DataTransfer();
  for (const [name, value] of [...fields, ['form-token', token], ['do', what]]) {
    if (value instanceof File) files.items.add(value);
    else form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  const chooser = Object.assign(document.createElement('input'), { type: 'file', name: 'file', multiple: true });
  chooser.files = files.files;
  form.append(chooser);
  document.body.append(form);
  form.submit();
}
