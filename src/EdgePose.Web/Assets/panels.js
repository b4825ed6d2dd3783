// The tables beside the cameras.

const bytes = value => value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`;
const span = seconds => seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;
const causes = { full: 'spool full', aged: 'too old', diskFull: 'disk full', diskSlow: 'disk slow', corrupt: 'damaged', refused: 'refused by the broker' };
const steps = { smallerInput: 'smaller input', shallowerExit: 'shallower exit', fewerFrames: 'fewer frames' };

export function summaryOf({ ready, device, broker }) {
  if (!ready || !device) {
    return 'The network is being opened';
  }

  const running = device.cameras.filter(camera => camera.state === 'running').length;
  return `${running} of ${plural(device.cameras.length, 'camera')} running, ${device.framesPerSecond.toFixed(1)} poses per s, broker ${broker.connected ? 'connected' : 'offline'}`;
}

export function showDevice(list, { device, broker, temperatures, power }) {
  const { network, spool } = device;
  const rows = [
    ['Network', `${network.id}, exit ${network.exit}`],
    ['Provider', network.providerRan, '', network.providerReason],
    ['Broker', broker.connected ? `${broker.address}, connected` : `${broker.address}, offline${broker.fault ? `: ${broker.fault}` : ''}`, broker.connected ? '' : 'bad'],
    ['Events waiting', device.eventsWaiting === 0 ? 'none' : `${device.eventsWaiting}, ${bytes(spool.bytes)}, the oldest for ${span(spool.oldestAgeSeconds ?? 0)}`],
    ['Spool', spool.fault ? `${spool.medium}: ${spool.fault}` : spool.medium, spool.fault ? 'bad' : ''],
    ['Events dropped', droppedOf(spool.dropped), device.eventsDropped > 0 ? 'bad' : ''],
    ['Overload', device.overload.steps.length === 0 ? 'no step taken' : `${device.overload.steps.map(step => steps[step] ?? step).join(', ')}: ${device.overload.reason}`, device.overload.steps.length ? 'warn' : ''],
  ];
  if (device.topicsRefused > 0) {
    rows.push(['Refused topics', String(device.topicsRefused), 'bad']);
  }

  if (device.configurationRestartNeeded.length > 0) {
    rows.push(['Next restart takes over', device.configurationRestartNeeded.join(', '), 'warn']);
  }

  for (const { name, value } of temperatures) {
    rows.push([name, `${value.toFixed(1)} °C`]);
  }

  for (const { name, value } of power) {
    rows.push([name, `${value.toFixed(1)} W`]);
  }

  rows.push(['Running for', span((Date.now() - Date.parse(device.startedAt)) / 1000)], ['Software', device.software], ['Configuration', device.configurationHash.slice(0, 12)]);
  fill(list, rows.flatMap(([term, text, kind, reason]) => [make('dt', term), reason ? explained(text, reason) : make('dd', text, kind)]));
}

/** A value whose long reason opens on demand. */
function explained(text, reason) {
  const element = make('dd', '');
  const details = document.createElement('details');
  details.append(make('summary', `${text}, not the first choice`), make('p', reason));
  element.append(details);
  return element;
}

const droppedOf = dropped => Object.entries(dropped).filter(([, count]) => count > 0).map(([cause, count]) => `${causes[cause] ?? cause} ${count}`).join(', ') || 'none';

export function showSteps(body, list) {
  fill(body, list.filter(step => step.count > 0).map(step => row(step.step, [step.p50Ms.toFixed(1), step.p95Ms.toFixed(1)])));
}

export function showFrames(body, cameras) {
  fill(body, cameras.map(camera => row(camera.camera, [camera.framesSuperseded, camera.framesCapped, camera.framesFaulty, camera.restarts].map(String))));
}

export function showEvents(list, events) {
  fill(list, events.toReversed().map(event => {
    const item = make('li', '', event.kind);
    const time = make('time', new Date(event.at).toLocaleTimeString([], { hour12: false }));
    time.dateTime = event.at;
    item.append(time, make('span', event.camera || 'device'), make('span', event.text, 'text'));
    return item;
  }));
}

function row(head, cells) {
  const element = document.createElement('tr');
  const name = make('th', head);
  name.scope = 'row';
  element.append(name, ...cells.map(cell => make('td', cell)));
  return element;
}

function make(tag, text, kind = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) {
    element.className = kind;
  }

  return element;
}

/** Replaces the children when their text has changed: a reader's place, a selection and what was opened stay. */
function fill(parent, children) {
  const isSame = (one, other) => one.textContent === other.textContent && one.className === other.className;
  const same = parent.children.length === children.length && children.every((child, i) => isSame(parent.children[i], child));
  if (!same) {
    parent.replaceChildren(...children);
  }
}
