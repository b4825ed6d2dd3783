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


def normalise(pictures):
    """BGR 0..255 -> what a PoseNet reads."""
    return (pictures - 128) / 255


class Teacher:
    """scales: how much finer than the student's crop; mirror: average with the mirrored picture's maps as well."""

    def __init__(self, net, scales=(1.,), mirror=False, autocast=None):
        self.net, self.scales, self.mirror, self.autocast = net.eval(), scales, mirror, autocast

    @torch.no_grad()
    def maps(self, crop_at, size_px, stride_px):
        """crop_at(scale) -> B x 3 x side x side, BGR 0..255; -> heatmaps and PAFs of the last exit on size_px / stride_px cells."""
        cells, theirs_px, sums, count = size_px // stride_px, self.net.stride_px, None, 0
        for scale in self.scales:
            side = math.ceil(size_px * scale / theirs_px) * theirs_px   # so that its cells cover the crop
            pictures = normalise(crop_at(side / size_px)).contiguous(memory_format=torch.channels_last)
            for mirrored in (False, True)[:2 if self.mirror else 1]:
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
    """Maps whose Gaussians and limbs are `factor` times as wide (as they are where it is 1 or less), their peaks as high.

    A Gaussian blurred by a Gaussian is one, lower by the square of the factor; a limb two cells wide is lower by the error function. Of near keypoints the sum is cut at 1.
    """
    if factor <= 1:
        return heat, paf
    blur = SIGMA_CELLS * math.sqrt(factor ** 2 - 1)
    axis = torch.arange(-math.ceil(3 * blur), math.ceil(3 * blur) + 1, device=heat.device)
    kernel = torch.exp(-axis ** 2 / (2 * blur ** 2))
    keypoints = (_blurred(heat[:, :-1], kernel / kernel.sum()) * factor ** 2).clamp(max=1)
    limbs = (_blurred(paf, kernel / kernel.sum()) / math.erf(LIMB_HALF_WIDTH_CELLS / (blur * math.sqrt(2)))).clamp(-1, 1)
    return torch.cat([keypoints, 1 - keypoints.amax(1, keepdim=True)], 1), limbs


def _blurred(maps, kernel):
    """By `kernel` along both axes, each map for itself."""
    alone, reach = maps.reshape(-1, 1, *maps.shape[2:]), len(kernel) // 2
    along = F.conv2d(alone, kernel[None, None, None, :], padding=(0, reach))
    return F.conv2d(along, kernel[None, None, :, None], padding=(reach, 0)).reshape(maps.shape)
