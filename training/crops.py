"""Crops of the pictures: which picture, which part, how large, how turned, whether mirrored. Sizes are (height, width) in px, or the edge of a square."""
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from canvas import GREY
from skeleton import MIRROR


@dataclass
class Geometry:
    """How crops are drawn; the recipe's defaults. Angles in degrees."""
    heights_px: tuple = (368, 256)       # the network's input heights that people are trained for ...
    scale: tuple = (.6, 1.5)             # ... and the range round the size that a person has there
    person: float = .85                  # share of crops that are laid round somebody
    shift: float = .35                   # how far from the middle that somebody may stand, in crop sides
    turn_degrees: float = 30
    turn: float = .5                     # share of crops that are turned by up to turn_degrees
    any_turn: float = .02                # share that are turned by any angle: people lie, and cameras hang askew
    smallest_person_px: float = 48
    largest_person: float = 1.4          # in crop sides

    def draw(self, canvas, size_px, random, count, margin_px=0):
        """Indices of pictures, the matrix of each crop, and whether it mirrors. A crop that is stored larger shows people no larger or smaller for it."""
        indices = draw_indices(canvas, random, count)
        return (indices, *zip(*(draw_transform(canvas, i, size_px, self, random) for i in indices)))


def sides(size):
    """(height, width) of a size, which is that already or the edge of a square."""
    return (size, size) if isinstance(size, int) else tuple(size)


def draw_indices(canvas, random, count):
    """Pictures with more people come up more often; empty ones still come up."""
    weight = .5 + .35 * np.minimum(canvas.people, 4)
    return random.choice(len(canvas), count, p=weight / weight.sum())


def draw_transform(canvas, index, size_px, geometry, random):
    """2 x 3 matrix that takes px of the canvas to px of the crop (pixel centres at whole numbers), and whether it mirrors."""
    width, height = canvas.sizes[index]
    extent = np.array(sides(size_px)[::-1])
    scale = random.choice(geometry.heights_px) / min(width, height) * random.uniform(*geometry.scale)
    boxes = canvas.pictures[index].boxes
    if len(boxes) and random.random() < geometry.person:
        left, top, w, h = boxes[random.integers(len(boxes))]
        edge = max(w, h, 1)
        scale = min(max(scale, geometry.smallest_person_px / edge), geometry.largest_person * min(extent) / edge)
        centre = np.array([left + w / 2, top + h / 2]) + random.uniform(-geometry.shift, geometry.shift, 2) * extent / scale
    else:
        centre = np.array([random.uniform(0, width), random.uniform(0, height)])
    chance = random.random()
    limit = 180 if chance < geometry.any_turn else geometry.turn_degrees if chance < geometry.any_turn + geometry.turn else 0
    angle = np.deg2rad(random.uniform(-limit, limit))
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    mirrored = random.random() < .5
    if mirrored:
        matrix[0] *= -1
    return np.c_[matrix, (extent - 1) / 2 - matrix @ centre].astype(np.float32), mirrored


def cut(canvas, indices, transforms, size_px, scale=1.):
    """B x 3 x height x width, BGR 0..255, of size_px * scale: the same part of the picture, `scale` times as fine."""
    height, width = (round(side * scale) for side in sides(size_px))
    device = canvas.pixels.device
    lifted = [np.vstack([m, [0, 0, 1]]) for m in transforms]
    back = torch.from_numpy(np.stack([np.linalg.inv(m)[:2] for m in lifted]).astype(np.float32)).to(device)
    rows, columns = ((torch.arange(side, dtype=torch.float32, device=device) + .5) / scale - .5 for side in (height, width))
    y, x = torch.meshgrid(rows, columns, indexing='ij')
    at = torch.stack([x, y, torch.ones_like(x)], -1) @ back.transpose(1, 2)[:, None]
    grid = (at + .5) * 2 / canvas.side_px - 1
    source = canvas.pixels[torch.as_tensor(indices, device=device)].permute(0, 3, 1, 2).float() - GREY
    return F.grid_sample(source, grid, mode='bilinear', padding_mode='zeros', align_corners=False) + GREY


def move_people(canvas, indices, transforms, mirrored, size_px, margin_px=16):
    """Labels in px of the crop: people P x B x 18 x 3 (filled up with zeros), and for each picture the ignored boxes K x (left, top, right, bottom)."""
    people, ignored, (height_px, width_px) = [], [], sides(size_px)
    for index, matrix, mirror in zip(indices, transforms, mirrored):
        picture = canvas.pictures[index]
        points = picture.keypoints.copy()
        points[:, :, :2] = points[:, :, :2] @ matrix[:, :2].T + matrix[:, 2]
        if mirror:
            points = points[:, list(MIRROR)]
        inside = ((points[:, :, :2] > -margin_px) & (points[:, :, :2] < np.array([width_px, height_px]) + margin_px)).all(2) & (points[:, :, 2] > 0)
        people.append(points[inside.any(1)])
        left, top, w, h = picture.ignored.T
        corners = np.stack([np.stack([left + i * w, top + j * h], 1) for i in (0, 1) for j in (0, 1)], 1) @ matrix[:, :2].T + matrix[:, 2]
        ignored.append(np.concatenate([corners.min(1), corners.max(1)], 1))
    filled = np.zeros((max(1, max(map(len, people))), len(people), 18, 3), np.float32)
    for b, points in enumerate(people):
        filled[:len(points), b] = points
    return torch.from_numpy(filled).to(canvas.pixels.device), ignored
