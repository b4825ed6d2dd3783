// The one WebSocket to the device: what is looked at goes out, frames and states come in. It connects again by itself.

const firstPause = 1000;
const longestPause = 5000;

export class Link {
  #socket = null;
  #wanted = { cameras: [], pictures: false };
  #sent = '';
  #pause = firstPause;

  /** @param handlers frame(header, jpeg), status(message), events(list), lost(), found() */
  constructor(handlers) {
    this.handlers = handlers;
    this.#connect();
  }

  /** Says what is looked at. The device makes nothing for a camera that nobody looks at. */
  want(cameras, pictures) {
    this.#wanted = { cameras, pictures };
    this.#send();
  }

  #send() {
    const text = JSON.stringify(this.#wanted);
    if (this.#socket?.readyState === WebSocket.OPEN && text !== this.#sent) {
      this.#socket.send(text);
      this.#sent = text;
    }
  }

  #connect() {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#socket = socket;
      this.#sent = '';
      this.#pause = firstPause;
      this.handlers.found();
      this.#send();
    };
    socket.onmessage = message => typeof message.data === 'string' ? this.#text(JSON.parse(message.data)) : this.#frame(message.data);
    socket.onclose = () => {
      this.#socket = null;
      this.handlers.lost();
      setTimeout(() => this.#again(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    };
  }

  /** A restart of the daemon ends the session: then the token is asked for again. */
  async #again() {
    try {
      if ((await fetch('/index.html', { method: 'HEAD' })).status === 401) {
        location.assign('/login.html');
        return;
      }
    } catch {
      // the device is away: tried again below
    }

    this.#connect();
  }

  #text(message) {
    if (message.kind === 'status') {
      this.handlers.status(message);
    } else if (message.kind === 'events') {
      this.handlers.events(message.events);
    }
  }

  #frame(data) {
    const length = new DataView(data).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    const jpeg = data.byteLength > 4 + length ? new Blob([new Uint8Array(data, 4 + length)], { type: 'image/jpeg' }) : null;
    this.handlers.frame(header, jpeg);
  }
}
