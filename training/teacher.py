"""A teacher's maps of a crop: at the crop's own scale and finer, plain and mirrored, averaged.

Averaging over scales and mirror images is worth about nine AP to human-pose-estimation-0001 (38 to 47 on the project's pictures), which a
student can learn from without paying for it later.

A student of larger cells draws larger than its teacher, whose weights it has: a keypoint and a limb keep their width in cells. So the teacher's maps are drawn as wide.
"""
import math

import torch
from torch.nn import functional as F

from skeleton import mirror_heatmaps, mirror_pafs
from targets import LIMB_HALF_WIDTH_CELLS, SIGMA_CELLS

_FINER = 4   # a maximum over cells of their own size would be 25 % low half-way between two


def normalise(pictures):
    """BGR 0..255 -> what a PoseNet reads."""
    return (pictures - 128) / 255


class Teacher:
    """scales: how much finer than the student's crop; mirror: average with the mirrored picture's maps as well.

    one_of: a scale and a side are drawn for every batch in place of the mean of all. The gradient's expectation is the same, at a share of the cost: for crops that are cut
    anew at every step.
    """

    def __init__(self, net, scales=(1.,), mirror=False, one_of=False, autocast=None):
        self.net, self.scales, self.mirror, self.one_of, self.autocast = net.eval(), scales, mirror, one_of, autocast

    @torch.no_grad()
    def maps(self, crop_at, size_px, stride_px, random=None):
        """crop_at(scale) -> B x 3 x side x side, BGR 0..255; -> heatmaps and PAFs of the last exit on size_px / stride_px cells."""
        cells, theirs_px, sums, count = size_px // stride_px, self.net.stride_px, None, 0
        scales, sides = self.scales, [False, True][:2 if self.mirror else 1]
        if self.one_of:
            scales, sides = [scales[random.integers(len(scales))]], [sides[random.integers(len(sides))]]
        for scale in scales:
            side = math.ceil(size_px * scale / theirs_px) * theirs_px   # so that its cells cover the crop
            pictures = normalise(crop_at(side / size_px)).contiguous(memory_format=torch.channels_last)
            for mirrored in sides:
                heat, paf = self._run(pictures.flip(3) if mirrored else pictures)
                if mirrored:
                    heat, paf = mirror_heatmaps(heat), mirror_pafs(paf)
                heat, paf = widened(heat, paf, side // theirs_px / cells)
                pair = [m if m.shape[-1] == cells else F.interpolate(m, size=(cells, cells), mode='bilinear', align_corners=False) for m in (heat, paf)]
                sums = pair if sums is None else [a + b for a, b in zip(sums, pair)]
                count += 1
        return tuple(m / count for m in sums)

    def _run(self, pictures):
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.autocast is not None):
            heat, paf = self.net(pictures)[-1]
        return heat.float(), paf.float()


def widened(heat, paf, factor):
    """Maps whose Gaussians and limbs are `factor` times as wide (as they are where it is 1 or less), their peaks as high: on cells a quarter as wide.

    Every point spreads a Gaussian of its own height, and the highest counts. Of a Gaussian that makes a wider one of the same height: exponents add up under a maximum as squares of sigma
    do under a sum. To blur and scale up would do so too, but would raise whatever is already broad, which is where the teacher is unsure: such a student found more than it should.
    """
    if factor <= 1:
        return heat, paf
    keypoints = _spread(_finer(heat[:, :-1], 'bicubic').clamp(min=0), SIGMA_CELLS * math.sqrt(factor ** 2 - 1) * _FINER)
    limbs = _thickened(_finer(paf, 'bilinear'), LIMB_HALF_WIDTH_CELLS * (factor - 1) * _FINER)
    return torch.cat([keypoints, 1 - keypoints.amax(1, keepdim=True)], 1), limbs


def _finer(maps, mode):
    return F.interpolate(maps, scale_factor=_FINER, mode=mode, align_corners=False)


def _spread(maps, sigma):
    """For each cell the largest of its neighbours, each weighed by a Gaussian of its distance; maps of 0 and more."""
    reach = math.ceil(2.5 * sigma)
    for axis in (2, 3):
        out = maps.clone()
        length = maps.shape[axis]
        for offset in range(1, min(reach, length - 1) + 1):
            weight = math.exp(-offset ** 2 / (2 * sigma ** 2))
            near, far = (maps.narrow(axis, first, length - offset) for first in (0, offset))
            for target, source in ((out.narrow(axis, offset, length - offset), near), (out.narrow(axis, 0, length - offset), far)):
                torch.maximum(target, source * weight, out=target)
        maps = out
    return maps


def _thickened(pafs, radius):
    """For each cell the longest of the vectors within `radius` cells."""
    batch, channels, height, width = pafs.shape
    margin = round(radius)
    vectors = F.pad(pafs, [margin] * 4).view(batch, channels // 2, 2, height + 2 * margin, width + 2 * margin)
    lengths = vectors.norm(dim=2, keepdim=True)
    inside = (..., slice(margin, margin + height), slice(margin, margin + width))
    best, length = vectors[inside], lengths[inside]
    for dy, dx in _disc(radius):
        y, x = slice(margin + dy, margin + dy + height), slice(margin + dx, margin + dx + width)
        longer = lengths[..., y, x] > length
        best, length = torch.where(longer, vectors[..., y, x], best), torch.where(longer, lengths[..., y, x], length)
    return best.flatten(1, 2)


def _disc(radius):
    """Offsets in eight directions, on rings of at most a teacher's cell: a limb is two cells wide, so nothing is jumped over."""
    rings = math.ceil(radius / _FINER)
    offsets = {(round(radius * r / rings * math.sin(k * math.pi / 4)), round(radius * r / rings * math.cos(k * math.pi / 4))) for r in range(1, rings + 1) for k in range(8)}
    return sorted(offsets - {(0, 0)})
