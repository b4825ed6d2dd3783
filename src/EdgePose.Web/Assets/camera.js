// One camera: its picture, its state, its rates.
import { drawFrame } from '/draw.js';

const words = {
  running: 'running', connecting: 'connecting', offline: 'offline', unauthorized: 'password refused', ended: 'ended',
};

export class CameraCard {
  #latest = 0;

  constructor(id, template) {
    this.id = id;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.dataset.camera = id;
    const find = selector => this.element.querySelector(selector);
    this.canvas = find('canvas');
    this.parts = { name: find('h3'), state: find('.state'), people: find('.people'), rates: find('.rates'), message: find('.message') };
    this.parts.name.textContent = id;
    const enlarge = find('.enlarge');
    enlarge.setAttribute('aria-label', `Enlarge camera ${id}`);
    enlarge.addEventListener('click', () => {
      const wide = this.element.classList.toggle('wide');
      enlarge.setAttribute('aria-pressed', String(wide));
      this.element.scrollIntoView({ block: 'nearest' });
    });
    this.people = 0;
  }

  /** Shows a frame. Pictures are decoded beside; one that is overtaken by a newer one is left out. */
  async show(header, jpeg, skeleton) {
    const number = ++this.#latest;
    const picture = jpeg ? await createImageBitmap(jpeg) : null;
    if (number === this.#latest) {
      drawFrame(this.canvas, header, picture, skeleton.limbs, skeleton.keypoints);
      this.people = header.people.length;
    }

    picture?.close();
  }

  /** Shows the state, once a second. */
  state(camera, message) {
    const bad = camera.state === 'running' && (camera.picture === 'frozen' || camera.picture === 'black');
    const state = bad ? `picture ${camera.picture}` : words[camera.state] ?? camera.state;
    this.parts.state.className = `state ${bad ? 'warn' : camera.state}`;
    this.#set(this.parts.state, state);
    const people = camera.state === 'running' ? `${this.people} ${this.people === 1 ? 'person' : 'people'}` : '';
    this.#set(this.parts.people, people);
    this.#set(this.parts.rates, camera.state === 'running' ? `${camera.receivedFps.toFixed(1)} in, ${camera.inferredFps.toFixed(1)} poses per s` : '');
    this.#set(this.parts.message, message);
    this.parts.message.hidden = message === '';
    this.canvas.setAttribute('aria-label', `Camera ${this.id}, ${state}${people === '' ? '' : `, ${people}`}`);
  }

  #set(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }
}
