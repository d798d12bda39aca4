// Scans a code with the camera and puts what it says into the look-up box.
import { Camera, hasCamera, reasonOf } from './scanner.mjs';
import { loadWords, say } from './words.mjs';

const box = document.querySelector('[data-scan]');
const [button, video, status] = ['button', 'video', '[role=status]'].map((name) => box.querySelector(name));
const words = await loadWords(box.dataset.words);
const camera = new Camera(video);

// Where there is no camera to ask for there is only typing, as without script.
if (hasCamera()) {
  box.hidden = false;
  button.addEventListener('click', () => (camera.isOn ? stop('') : start()));
}

async function start() {
  tell('scan.starting');
  try {
    await camera.start();
  } catch (refused) {
    return stop(reasonOf(refused));
  }
  button.textContent = say(words, 'scan.stop');
  tell('scan.aim');
  try {
    await camera.read(look);
  } catch {
    stop('scan.failed');
  }
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
  camera.stop();
  button.textContent = say(words, 'scan.start');
  tell(key, values);
}

function tell(key, values) {
  status.textContent = key ? say(words, key, values) : '';
}
