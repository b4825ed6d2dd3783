"""Person views: the window round one person, turned upright by the torso, that a camera's planner cuts out of a frame.

The same geometry for learning and for measuring: a person's box, grown and brought to 3:4, is the view. Somebody who lies is turned upright first.
"""
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from canvas import GREY
from crops import sides

GROWN = 1.25          # the view's part of the box's length
ASPECT = 3 / 4        # width to height
TURNED_ABOVE = .6     # radians between the torso and upright from which a view is turned
_MARGIN = 1.15        # what a body reaches beyond its keypoints, where the box is taken from them
_NOSE_TO_HIP = ((1,), (8, 11))   # COCO-18: neck; right and left hip


@dataclass
class ViewGeometry:
    """How views are drawn to learn from: what a tracker gets wrong, and what cameras and bodies do."""
    place: float = .05            # deviation of the place, in sizes of the box
    scale: float = .12            # deviation of the logarithm of the size
    turn_radians: float = .2      # deviation of the angle
    half: float = .15             # share of views of somebody's upper or lower half
    lost: float = .03             # share of views that lie beside the person
    least_px: float = 24          # of the longer side of a box: smaller people have no form left
    least_keypoints: int = 4

    def draw(self, canvas, size_px, random, count, margin_px=0):
        """Indices of pictures, the matrix of each view, and whether it mirrors. margin_px: by how much the view's size is larger than what is looked at."""
        people = _people(canvas, self.least_px, self.least_keypoints)
        height, width = sides(size_px)
        drawn = [people[i] for i in random.integers(0, len(people), count)]
        transforms, mirrored = [], []
        for picture, person in drawn:
            points, box = canvas.pictures[picture].keypoints[person], canvas.pictures[picture].boxes[person]
            centre, size, angle = place(points, box)
            if random.random() < self.half:
                centre, size = _half(centre, size, angle, random.random() < .5)
            centre = centre + size * random.normal(0, self.place, 2)
            if random.random() < self.lost:
                centre = centre + size * random.choice([-1, 1], 2) * random.uniform(.5, 1, 2)
            size = size * np.exp(random.normal(0, self.scale))
            inner = matrix(centre, size, angle + random.normal(0, self.turn_radians), height - margin_px, width - margin_px)
            mirrors = random.random() < .5
            if mirrors:
                inner[0] = [-inner[0, 0], -inner[0, 1], width - margin_px - 1 - inner[0, 2]]
            transforms.append((inner + np.array([[0, 0, margin_px / 2]] * 2)).astype(np.float32))
            mirrored.append(mirrors)
        return [picture for picture, _ in drawn], transforms, mirrored


@lru_cache(maxsize=4)
def _people(canvas, least_px, least_keypoints):
    """(picture, person) of everybody whose view may be learnt from."""
    found = [(i, k) for i, picture in enumerate(canvas.pictures) for k, box in enumerate(picture.boxes)
             if max(box[2:]) >= least_px and (picture.keypoints[k, :, 2] > .5).sum() >= least_keypoints]
    if not found:
        raise ValueError(f'nobody in the pictures is {least_px} px large with {least_keypoints} keypoints; set views.least_px and views.least_keypoints')
    return found


def _half(centre, size, angle, upper):
    """The upper or lower 60 % of a place."""
    offset = np.array([0, size[1] * (-.2 if upper else .2)])
    return centre + rotation(angle) @ offset, size * [1, .6]


def torso_angle(points):
    """By how much a person (18 x (x, y, known)) leans to the side, radians, 0 upright; 0 where the torso is not known."""
    tops, bottoms = ([points[k, :2] for k in keypoints if points[k, 2] > .5] for keypoints in _NOSE_TO_HIP)
    if not tops or not bottoms:
        return 0.
    x, y = np.mean(bottoms, 0) - np.mean(tops, 0)
    return float(np.arctan2(-x, y)) if np.hypot(x, y) > 1e-3 else 0.


def place(points, box):
    """(centre, (width, height), angle) of a labelled person: the box in the person's own upright frame, not yet grown."""
    angle = torso_angle(points)
    x, y, w, h = (float(v) for v in box)
    if abs(angle) <= TURNED_ABOVE:
        return np.array([x + w / 2, y + h / 2]), np.array([w, h]), 0.
    known = points[points[:, 2] > .5, :2]
    turn = rotation(-angle)
    turned = known @ turn.T
    low, high = turned.min(0), turned.max(0)
    return np.linalg.inv(turn) @ ((low + high) / 2), np.maximum((high - low) * _MARGIN, 1), angle


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def matrix(centre, size, angle, height_px, width_px):
    """2 x 3: px of the picture to px of a view of width_px x height_px, pixel centres at whole numbers."""
    width, height = size
    scale = min(height_px / (GROWN * max(height, 1)), width_px / (GROWN * max(width, 1)))
    turn = rotation(-angle) * scale
    middle = np.array([(width_px - 1) / 2, (height_px - 1) / 2])
    return np.c_[turn, middle - turn @ centre]


def jittered(centre, size, random, by):
    """A place that is wrong by up to about `by` of its size (a normal deviate) in position and size."""
    return centre + size * random.normal(0, by, 2), size * np.exp(random.normal(0, by))


def cut(picture, matrix_, height_px, width_px):
    """A view's pixels, height x width x 3; where it shrinks, blurred first, so that fine patterns do not come back as coarse ones."""
    scale = float(np.hypot(*matrix_[0, :2]))
    if scale < .75:
        sigma = .45 * np.sqrt(1 / scale ** 2 - 1)
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    return cv2.warpAffine(picture, matrix_, (width_px, height_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3)
