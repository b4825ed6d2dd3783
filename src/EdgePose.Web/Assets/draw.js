// Draws the people of one frame, with the picture under them if there is one.

const goldenAngle = 137.508; // neighbouring ids never look alike

/** Equally bright for every hue, so that no track fades into a dark picture. */
export const colourOf = id => `oklch(0.8 0.16 ${(id * goldenAngle) % 360})`;

const faceParts = ['nose', 'eye', 'ear'];
const isOfFace = name => faceParts.some(part => name.endsWith(part));

/** Limbs as pairs of indices, without the links from shoulder to ear: they serve the grouping, and nobody expects to see them. */
export function drawnLimbs(limbs, keypoints) {
  return limbs
    .filter(([from, to]) => !(from.endsWith('shoulder') && to.endsWith('ear')))
    .map(([from, to]) => [keypoints.indexOf(from), keypoints.indexOf(to)])
    .filter(([from, to]) => from >= 0 && to >= 0);
}

/** The canvas has the pixels that the screen has, so that lines are sharp. */
function fit(canvas, aspect) {
  const width = Math.max(16, Math.round(canvas.clientWidth * Math.min(window.devicePixelRatio || 1, 2)));
  const height = Math.round(width / aspect);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.aspectRatio = String(aspect);
  }
}

export function drawFrame(canvas, frame, picture, limbs, keypoints) {
  const aspect = frame.source.widthPx > 0 ? frame.source.widthPx / frame.source.heightPx : 16 / 9;
  fit(canvas, aspect);
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  if (picture) {
    context.drawImage(picture, 0, 0, width, height);
  } else {
    context.clearRect(0, 0, width, height);
    grid(context, canvas, width, height);
  }

  for (const person of frame.people) {
    drawPerson(context, person, limbs, keypoints, width, height);
  }
}

/** Skeletons alone stand on a faint grid, so that their place in the picture can be told. */
function grid(context, canvas, width, height) {
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue('--line');
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 1; i < 8; i++) {
    context.moveTo(Math.round(width * i / 8) + .5, 0);
    context.lineTo(Math.round(width * i / 8) + .5, height);
  }

  for (let i = 1; i < 5; i++) {
    context.moveTo(0, Math.round(height * i / 5) + .5);
    context.lineTo(width, Math.round(height * i / 5) + .5);
  }

  context.stroke();
}

function drawPerson(context, person, limbs, keypoints, width, height) {
  const at = index => [person.keypoints[index][0] * width, person.keypoints[index][1] * height];
  const seen = index => person.keypoints[index][2] > 0.05;
  const thickness = Math.max(2, person.box[3] * height / 70);
  const colour = colourOf(person.trackId);
  context.lineCap = 'round';
  for (const [style, extra] of [['rgb(0 0 0 / 65%)', 2.5], [colour, 0]]) {
    context.strokeStyle = style;
    context.lineWidth = thickness + extra;
    context.beginPath();
    for (const [from, to] of limbs) {
      if (seen(from) && seen(to)) {
        context.moveTo(...at(from));
        context.lineTo(...at(to));
      }
    }

    context.stroke();
  }

  for (let i = 0; i < person.keypoints.length; i++) {
    if (seen(i)) {
      context.beginPath();
      context.arc(...at(i), thickness * (isOfFace(keypoints[i] ?? '') ? .5 : .85), 0, 2 * Math.PI);
      context.fillStyle = '#fff';
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = 'rgb(0 0 0 / 70%)';
      context.stroke();
    }
  }

  label(context, String(person.trackId), person.box[0] * width, person.box[1] * height, colour);
}

function label(context, text, x, y, colour) {
  const size = Math.max(11, Math.round(context.canvas.width / 48));
  context.font = `600 ${size}px system-ui, sans-serif`;
  const w = context.measureText(text).width + size * .7;
  const top = Math.max(0, y - size * 1.6);
  context.fillStyle = 'rgb(0 0 0 / 75%)';
  context.beginPath();
  context.roundRect(Math.max(0, x), top, w, size * 1.4, size * .35);
  context.fill();
  context.fillStyle = colour;
  context.textBaseline = 'middle';
  context.fillText(text, Math.max(0, x) + size * .35, top + size * .74);
}
