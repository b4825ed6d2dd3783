"""A teacher's maps of a crop: at the crop's own scale and finer, plain and mirrored, averaged.

Averaging over scales and mirror images is worth about nine AP to human-pose-estimation-0001 (38 to 47 on the project's pictures), which a
student can learn from without paying for it later.
"""
import torch
from torch.nn import functional as F

from network import STRIDE_PX
from skeleton import mirror_heatmaps, mirror_pafs


def normalise(pictures):
    """BGR 0..255 -> what a PoseNet reads."""
    return (pictures - 128) / 255


class Teacher:
    """scales: how much finer than the student's crop; mirror: average with the mirrored picture's maps as well."""

    def __init__(self, net, scales=(1.,), mirror=False, autocast=None):
        self.net, self.scales, self.mirror, self.autocast = net.eval(), scales, mirror, autocast

    @torch.no_grad()
    def maps(self, crop_at, size_px):
        """crop_at(scale) -> B x 3 x side x side, BGR 0..255; -> heatmaps and PAFs of the last exit on size_px / 8 cells."""
        cells, sums, count = size_px // STRIDE_PX, None, 0
        for scale in self.scales:
            pictures = normalise(crop_at(scale)).contiguous(memory_format=torch.channels_last)
            for mirrored in (False, True)[:2 if self.mirror else 1]:
                heat, paf = self._run(pictures.flip(3) if mirrored else pictures)
                if mirrored:
                    heat, paf = mirror_heatmaps(heat), mirror_pafs(paf)
                pair = [m if m.shape[-1] == cells else F.interpolate(m, size=(cells, cells), mode='bilinear', align_corners=False) for m in (heat, paf)]
                sums = pair if sums is None else [a + b for a, b in zip(sums, pair)]
                count += 1
        return tuple(m / count for m in sums)

    def _run(self, pictures):
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.autocast is not None):
            heat, paf = self.net(pictures)[-1]
        return heat.float(), paf.float()
