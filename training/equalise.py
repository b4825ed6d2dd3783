"""Channels of a ReLU network brought to one size without changing what it computes.

Folded batch norms leave channels a thousand times as large as their neighbours (human-pose-estimation-0001: 900 beside 1, in layer 8). Ranks and
learning rates chosen over all channels then see the large ones alone. ReLU is positively homogeneous, so a factor can move from a
channel to the weights that read it: cross-layer equalisation (Nagel et al. 2019), here by what the channels measure on pictures.
"""
import copy

import torch
from torch.nn import functional as F

from fit import apply

_SMALLEST_SHARE = .02   # of the median channel's spread: one that is nearly always zero is not blown up


@torch.no_grad()
def equalise(net, pictures):
    """A copy of `net` (without low ranks) whose backbone channels have a spread of about 1 on `pictures` (N x 3 x H x W, normalised)."""
    net = copy.deepcopy(net)
    layers = [net.stem]
    for spatial, mixing in zip(net.depthwise, net.pointwise):
        layers += [spatial, mixing]
    x = pictures
    for layer, following in zip(layers, [*layers[1:], net.align]):
        z = apply(layer, x)
        spread = z.clamp(min=0).std((0, 2, 3))
        factor = 1 / (spread + _SMALLEST_SHARE * spread.median() + 1e-6)
        layer.weight *= factor[:, None, None, None]
        layer.bias *= factor
        following.weight /= factor[:, None, None, None] if following.groups > 1 else factor[None, :, None, None]
        x = F.relu(z * factor[:, None, None])
    return net
