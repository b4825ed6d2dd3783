"""A teacher's maps of a crop: at the crop's own scale and finer, plain and mirrored, averaged.

Averaging over scales and mirror images is worth about nine AP to human-pose-estimation-0001 (38 to 47 on the project's pictures), which a
student can learn from without paying for it later.

A student of larger cells draws larger than its teacher, whose weights it has: a keypoint and a limb keep their width in cells. So the teacher's maps are drawn as wide.
"""
import math

import torch
from torch.nn import functional as F

from crops import sides
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
        """crop_at(scale) -> B x 3 x height x width, BGR 0..255; -> heatmaps and PAFs of the last exit on size_px / stride_px cells."""
        cells, theirs_px, sums, count = [side // stride_px for side in sides(size_px)], self.net.stride_px, None, 0
        scales, mirrorings = self.scales, [False, True][:2 if self.mirror else 1]
        if self.one_of:
            scales, mirrorings = [scales[random.integers(len(scales))]], [mirrorings[random.integers(len(mirrorings))]]
        for scale in scales:
            scale = _covering(size_px, scale, theirs_px)
            pictures = normalise(crop_at(scale)).contiguous(memory_format=torch.channels_last)
            for mirrored in mirrorings:
                heat, paf = self._run(pictures.flip(3) if mirrored else pictures)
                if mirrored:
                    heat, paf = mirror_heatmaps(heat), mirror_pafs(paf)
                pair = on_cells(heat, paf, cells)
                sums = pair if sums is None else [a + b for a, b in zip(sums, pair)]
                count += 1
        return tuple(m / count for m in sums)

    def _run(self, pictures):
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.autocast is not None):
            heat, paf = self.net(pictures)[-1]
        return heat.float(), paf.float()


def _covering(size_px, scale, theirs_px):
    """The scale next to `scale` at which both sides of a crop are whole cells of the teacher."""
    short = min(sides(size_px))
    for count in range(max(1, math.ceil(short * scale / theirs_px - 1e-9)), math.ceil(short * (scale + 1)) + 1):
        exact = count * theirs_px / short
        if all(abs(side * exact / theirs_px - round(side * exact / theirs_px)) < 1e-6 for side in sides(size_px)):
            return exact
    raise ValueError(f'a crop of {size_px} px is never whole cells of {theirs_px} px')


def on_cells(heat, paf, cells):
    """A teacher's maps on `cells` (height and width, or the edge of a square), with Gaussians and limbs as many of those cells wide, and as high, as they were of the teacher's where those are smaller.

    Every point spreads a Gaussian of its own height, and the highest counts. Of a Gaussian that makes a wider one of the same height: exponents add up under a maximum as squares of sigma
    do under a sum. To blur and scale up would do so too, but would raise whatever is already broad, which is where the teacher is unsure: such a student found more than it should.
    """
    cells = sides(cells)
    factor = heat.shape[-1] / cells[1]
    if factor <= 1:
        return tuple(m if factor == 1 else F.interpolate(m, size=cells, mode='bilinear', align_corners=False) for m in (heat, paf))
    fine = F.interpolate(heat[:, :-1], scale_factor=_FINER, mode='bicubic', align_corners=False).clamp(min=0)
    keypoints = _spread(fine, SIGMA_CELLS * math.sqrt(factor ** 2 - 1) * _FINER, cells)
    return torch.cat([keypoints, 1 - keypoints.amax(1, keepdim=True)], 1), _thickened(paf, LIMB_HALF_WIDTH_CELLS * (factor - 1), cells)


def _spread(maps, sigma, cells):
    """On `cells` the largest of the points around each, weighed by a Gaussian of their distance (sigma in points); maps of 0 and more. One axis after the other, as a Gaussian allows."""
    for axis, points in ((3, maps.shape[3]), (2, maps.shape[2])):
        centres = _centres(cells[axis - 2], points, maps.device)[:, None]
        near = centres.floor() + torch.arange(-math.ceil(2.5 * sigma), math.ceil(2.5 * sigma) + 2, device=maps.device)
        weights = torch.exp(-(near - centres).square() / (2 * sigma ** 2)) * ((near >= 0) & (near < points))
        shape = weights.shape if axis == 3 else (*weights.shape, 1)
        around = maps.index_select(axis, near.clamp(0, points - 1).long().flatten()).unflatten(axis, weights.shape)
        maps = (around * weights.view(shape)).amax(axis + 1)
    return maps


def _thickened(pafs, radius, cells):
    """On `cells` the longest of the vectors within `radius` teacher's cells of each."""
    batch, channels, *theirs = pafs.shape
    middles = [_centres(count, side, pafs.device) for count, side in zip(cells, theirs)]
    best = length = None
    for dy, dx in [(0, 0), *_disc(radius)]:
        y, x = torch.meshgrid(*((2 * (middle + d) + 1) / side - 1 for middle, d, side in zip(middles, (dy, dx), theirs)), indexing='ij')
        vectors = F.grid_sample(pafs, torch.stack([x, y], -1).expand(batch, -1, -1, -1), mode='bilinear', padding_mode='border', align_corners=False)
        vectors = vectors.view(batch, channels // 2, 2, *cells)
        lengths = vectors.norm(dim=2, keepdim=True)
        best, length = (vectors, lengths) if best is None else (torch.where(lengths > length, vectors, best), torch.maximum(lengths, length))
    return best.flatten(1, 2)


def _centres(cells, points, device):
    """Where the middles of `cells` cells lie among `points` points over the same length."""
    return (torch.arange(cells, device=device) + .5) * (points / cells) - .5


def _disc(radius):
    """Offsets in eight directions, on rings of at most a teacher's cell: a limb is two cells wide, so nothing is jumped over."""
    rings = math.ceil(radius)
    return [(radius * r / rings * math.sin(k * math.pi / 4), radius * r / rings * math.cos(k * math.pi / 4)) for r in range(1, rings + 1) for k in range(8)]
