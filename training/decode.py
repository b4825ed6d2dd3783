"""Maps to poses, as the daemon's decoder does it (docs/decoding.md), for measuring a training while it runs.

Plain NumPy, a few hundred views a second. The figures that are published come from `edgepose model eval`; a test holds the two to each other's thresholds by what they find.
"""
from dataclasses import dataclass

import numpy as np

from skeleton import KEYPOINTS, LIMBS

_PEAK, _PAF, _SUPPORT, _LEAST_KEYPOINTS, _LEAST_SCORE = .05, .02, .8, 3, .05   # DecoderOptions
_LEAST_VALUE = 1e-3                                                             # of a neighbour, which keeps the logarithm finite
_SAMPLES_PER_CELL, _LEAST_SAMPLES, _MOST_SAMPLES = 2, 5, 12


@dataclass
class Pose:
    """points: 18 x (x, y, confidence), in cells, confidence 0 where it was not found."""
    points: np.ndarray
    score: float


def poses(heat, paf):
    """The people in heatmaps 19 x H x W and PAFs 38 x H x W (NumPy), the best first."""
    peaks = [_peaks(heat[k]) for k in range(len(KEYPOINTS))]
    limbs = sorted(((score, limb, i, j) for limb in range(len(LIMBS)) for score, i, j in _limb(limb, peaks, paf)), key=lambda one: (-one[0], one[1:]))
    return _assembled(peaks, limbs)


def _peaks(values):
    """K x (x, y, height), the highest first. Of equal neighbours the first one in raster order is the peak."""
    height, width = values.shape
    around = np.pad(values, 1, constant_values=-np.inf)
    is_peak = values > _PEAK
    for dy, dx in ((-1, -1), (-1, 0), (-1, 1), (0, -1)):
        is_peak &= around[1 + dy:1 + dy + height, 1 + dx:1 + dx + width] < values
        is_peak &= around[1 - dy:1 - dy + height, 1 - dx:1 - dx + width] <= values
    ys, xs = np.nonzero(is_peak)
    order = np.argsort(-values[ys, xs], kind='stable')
    logs = np.log(np.maximum(values, _LEAST_VALUE))
    return np.array([_refined(values, logs, x, y) for x, y in zip(xs[order], ys[order])]).reshape(-1, 3)


def _refined(values, logs, x, y):
    height, width = values.shape
    dx = _top(*logs[y, x - 1:x + 2]) if 0 < x < width - 1 else 0
    dy = _top(*logs[y - 1:y + 2, x]) if 0 < y < height - 1 else 0
    return x + dx, y + dy, min(values[y, x], 1)


def _top(before, middle, after):
    """Where the Gaussian through three values has its top, from their logarithms."""
    curvature = before - 2 * middle + after
    return np.clip(.5 * (before - after) / curvature, -.5, .5) if curvature < 0 else 0


def _limb(limb, peaks, paf):
    """(score, i, j) of the pairs of peaks that a limb joins, each peak once."""
    first, second = (peaks[k] for k in LIMBS[limb])
    if not len(first) or not len(second):
        return []
    way = second[None, :, :2] - first[:, None, :2]
    length = np.maximum(np.linalg.norm(way, axis=2), 1e-9)
    unit = way / length[..., None]
    field = paf[2 * limb:2 * limb + 2]

    def nearest(share):
        at = np.floor(first[:, None, :2] + share * way + .5).astype(int)
        return (field[:, at[..., 1], at[..., 0]] * unit.transpose(2, 0, 1)).sum(0) > _PAF

    may = nearest(.25) & nearest(.5) & nearest(.75) & (length > 1e-3)
    if not may.any():
        return []
    samples = np.clip((length * _SAMPLES_PER_CELL).astype(int) + 2, _LEAST_SAMPLES, _MOST_SAMPLES)
    k = np.arange(_MOST_SAMPLES)
    share = np.minimum(k, samples[..., None] - 1) / (samples[..., None] - 1)
    along = (_between(field, first[:, None, None, :2] + share[..., None] * way[:, :, None]) * unit.transpose(2, 0, 1)[..., None]).sum(0)
    supports = (along > _PAF) & (k < samples[..., None])
    count = supports.sum(2)
    score = np.where(may & (count >= _SUPPORT * samples) & (count > 0), (np.minimum(along, 1) * supports).sum(2) / np.maximum(count, 1), 0)
    out, taken = [], (set(), set())
    for pair in np.argsort(-score, axis=None, kind='stable'):
        i, j = divmod(int(pair), len(second))
        if score[i, j] <= 0:
            break
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            out.append((float(score[i, j]), i, j))
    return out


def _between(field, at):
    """The vectors at positions inside the map, bilinear."""
    height, width = field.shape[1:]
    at = np.clip(at, 0, [width - 1, height - 1])
    low = at.astype(int)
    high = np.minimum(low + 1, [width - 1, height - 1])
    fx, fy = (at - low)[..., 0], (at - low)[..., 1]
    (x0, y0), (x1, y1) = np.moveaxis(low, -1, 0), np.moveaxis(high, -1, 0)
    return field[:, y0, x0] * (1 - fx) * (1 - fy) + field[:, y0, x1] * fx * (1 - fy) + field[:, y1, x0] * (1 - fx) * fy + field[:, y1, x1] * fx * fy


def _assembled(peaks, limbs):
    """Limbs that share a peak become one person, the best limb first."""
    owner, parts = {}, []   # a part: [keypoint -> peak, sum of scores]
    for score, limb, i, j in limbs:
        ends = [(LIMBS[limb][0], i), (LIMBS[limb][1], j)]
        first, second = (owner.get(end) for end in ends)
        if first is None and second is None:
            first = len(parts)
            parts.append([{}, 0.])
        elif first is None or second is None:
            first, free = (first, ends[1]) if second is None else (second, ends[0])
            if free[0] in parts[first][0]:
                continue
        elif first != second:
            if parts[first][0].keys() & parts[second][0].keys():
                continue
            for end in parts[second][0].items():
                owner[end] = first
            parts[first][0].update(parts[second][0])
            parts[first][1] += parts[second][1]
            parts[second] = [{}, 0.]
        for keypoint, peak in ends:
            if owner.get((keypoint, peak)) is None:
                owner[keypoint, peak] = first
                parts[first][0][keypoint] = peak
                parts[first][1] += peaks[keypoint][peak, 2]
        parts[first][1] += score
    found = []
    for members, total in parts:
        score = members and min(1., total / (len(KEYPOINTS) + len(LIMBS)) / np.sqrt(len(members) / len(KEYPOINTS)))
        if len(members) >= _LEAST_KEYPOINTS and score >= _LEAST_SCORE:
            points = np.zeros((len(KEYPOINTS), 3))
            for keypoint, peak in members.items():
                points[keypoint] = peaks[keypoint][peak]
            found.append(Pose(points, float(score)))
    return sorted(found, key=lambda pose: -pose.score)
