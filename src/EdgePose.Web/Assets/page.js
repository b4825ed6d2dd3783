// The page: cameras, device, latencies, events.
import { Link } from '/link.js';
import { CameraCard } from '/camera.js';
import { showDevice, showEvents, showFrames, showSteps, summaryOf } from '/panels.js';
import { drawnLimbs } from '/draw.js';

const byId = id => document.getElementById(id);
const pictures = byId('pictures');
const cards = new Map();
const visible = new Set();
let skeleton = { limbs: [], keypoints: [] };
let lostSince = null;

const link = new Link({
  frame: (header, jpeg) => cards.get(header.camera)?.show(header, jpeg, skeleton),
  status: showStatus,
  events: events => showEvents(byId('events'), events),
  lost: () => {
    lostSince ??= Date.now();
    banner('The connection to the device is lost. The page tries again.');
  },
  found: () => {
    lostSince = null;
    banner('');
  },
});

const watcher = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const id = entry.target.dataset.camera;
    entry.isIntersecting ? visible.add(id) : visible.delete(id);
  }

  look();
}, { rootMargin: '100px' });

/** Looks at the cameras on the screen, and at none while the page is hidden. */
function look() {
  link.want(document.hidden ? [] : [...cards.keys()].filter(id => visible.has(id)), pictures.checked);
}

function banner(text) {
  const element = byId('banner');
  element.textContent = text;
  element.hidden = text === '';
}

function showStatus(status) {
  skeleton = { limbs: drawnLimbs(status.limbs, status.keypoints), keypoints: status.keypoints };
  byId('pictures-label').hidden = !status.pictures;
  byId('summary').textContent = summaryOf(status);
  showSteps(byId('steps'), status.steps);
  if (!status.device) {
    return;
  }

  const { device } = status;
  byId('name').textContent = `${status.site} / ${device.device}`;
  document.title = `${device.device}: EdgePose`;
  const refused = device.configurationRefused;
  banner(refused ? `The configuration on the disk is refused, and the one before runs:\n${refused.errors.slice(0, 5).join('\n')}` : '');
  showDevice(byId('device'), status);
  showFrames(byId('frames'), device.cameras);
  showCameras(status);
}

function showCameras(status) {
  const list = byId('cameras');
  const ids = status.device.cameras.map(camera => camera.camera);
  for (const [id, card] of cards) {
    if (!ids.includes(id)) {
      watcher.unobserve(card.element);
      card.element.remove();
      cards.delete(id);
      visible.delete(id);
    }
  }

  for (const id of ids.filter(id => !cards.has(id))) {
    const card = new CameraCard(id, byId('camera'));
    cards.set(id, card);
    list.append(card.element);
    watcher.observe(card.element);
  }

  list.classList.toggle('one', ids.length === 1);
  const faults = new Map(status.faults.map(fault => [fault.camera, fault.message]));
  for (const camera of status.device.cameras) {
    cards.get(camera.camera).state(camera, faults.get(camera.camera) ?? '');
  }

  look();
}

pictures.checked = localStorage.getItem('pictures') !== 'no';
pictures.addEventListener('change', () => {
  localStorage.setItem('pictures', pictures.checked ? 'yes' : 'no');
  look();
});
document.addEventListener('visibilitychange', look);
