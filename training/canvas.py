"""All pictures in one uint8 tensor on the training device: a crop costs no file access and no copy from the host.

Each lies at the top left of a square canvas, grey beyond; what is larger is shrunk to fit. 10,000 pictures on a 384 px canvas take 4.4 GB.
"""
import os
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch

GREY = 128
_JPEG, _JPEG_SCAN, _JPEG_END = b'\xff\xd8', b'\xff\xda', b'\xff\xd9'   # a thumbnail's end comes before the picture's scans
_PNG, _PNG_END, _TAIL = b'\x89PNG', b'IEND', 64


class Canvas:
    """pixels: N x side x side x 3 (BGR); pictures: those that could be read, their labels in px of the canvas; people: N, the number with keypoints in each; sizes: N x (width, height)."""

    def __init__(self, pictures, side_px, device, faults):
        self.side_px = side_px
        pixels = np.full((len(pictures), side_px, side_px, 3), GREY, np.uint8)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            sizes = list(pool.map(lambda i: _place(pictures[i], pixels[i]), range(len(pictures))))
        for picture, size in zip(pictures, sizes):
            if isinstance(size, str):
                faults.add(size, picture.file)
        good = [i for i, size in enumerate(sizes) if not isinstance(size, str)]
        if not good:
            raise ValueError('no picture could be read: ' + '; '.join(faults.lines(3)) if faults.found else 'the sets name no picture')
        self.pictures, self.sizes = [pictures[i] for i in good], [sizes[i] for i in good]
        self.people = np.array([len(p.keypoints) for p in self.pictures])
        self.pixels = torch.from_numpy(pixels if len(good) == len(pictures) else pixels[good]).to(device)

    def __len__(self):
        return len(self.pictures)


def _read(file):
    """The picture, or None. OpenCV fills what a truncated JPEG or PNG lacks with grey and only warns, so its end is looked for first."""
    try:
        with open(file, 'rb') as picture:
            data = picture.read()
    except OSError:
        return None
    if data.startswith(_JPEG) and data.rfind(_JPEG_END) < data.rfind(_JPEG_SCAN) or data.startswith(_PNG) and _PNG_END not in data[-_TAIL:]:
        return None
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None


def _place(picture, canvas):
    """Reads a picture onto its canvas and scales its labels with it; -> (width, height), or the kind of its fault."""
    image = _read(picture.file)
    if image is None:
        return 'pictures that are broken' if os.path.exists(picture.file) else 'pictures that are missing'
    if picture.size_px and tuple(picture.size_px) != (image.shape[1], image.shape[0]):
        return 'pictures of another size than their labels state'
    side = canvas.shape[0]
    scale = min(1., side / max(image.shape[:2]))
    if scale < 1:
        width, height = (max(1, round(edge * scale)) for edge in (image.shape[1], image.shape[0]))
        # Pixel centres lie at half pixels: x + 0.5 scales, not x.
        picture.keypoints[:, :, :2] = (picture.keypoints[:, :, :2] + .5) * scale - .5
        picture.boxes *= scale
        picture.ignored *= scale
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    canvas[:image.shape[0], :image.shape[1]] = image
    return image.shape[1], image.shape[0]
