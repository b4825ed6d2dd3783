"""The Lightweight-OpenPose family with free widths, depths and ranks, batch norms folded.

Backbone (MobileNetV1, stride 8) -> context block -> initial stage -> any number of refinement stages. Each stage is an exit: (heatmaps, PAFs).
Layout: Osokin 2018, as human-pose-estimation-0001 has it. A rank splits a convolution into two without an activation between them
(k x k to `rank` channels, then 1 x 1): the low-rank form of Jaderberg et al. 2014 and Zhang et al. 2015; rank 0 leaves it whole.

A `stem_stride` of s instead of 2 lets everything after the stem work s / 2 times coarser: its cells are 4 s px wide, the MACs fall by (s / 2) squared, and the receptive field grows by s / 2.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

import reference
from skeleton import HEATMAPS, PAFS

_STEM_STRIDE, _STRIDE_BEHIND = reference.STRIDES[0], math.prod(reference.STRIDES[1:])   # of MobileNetV1's stem, and of the layers behind it together

# human-pose-estimation-0001 is the reference with one layer more, a 1x1 that enters the context block's trunk, and an ELU before it where the paper has a ReLU.
TEACHER = {
    'backbone': reference.WIDTHS, 'backbone_ranks': [0] * len(reference.WIDTHS),
    'context': reference.CONTEXT, 'align_rank': 0, 'trunk_rank': 0, 'context_rank': 0,
    'initial': reference.INITIAL, 'initial_rank': 0, 'head': reference.HEAD,
    'refinement': [{'width': reference.REFINEMENT_WIDTH, 'blocks': reference.REFINEMENT_BLOCKS, 'rank': 0}], 'activation': 'elu', 'stem_stride': _STEM_STRIDE,
}


def stride_px(description):
    """Width and height, in pixels of the picture, of a cell of the maps."""
    return {**TEACHER, **description}['stem_stride'] * _STRIDE_BEHIND


def conv(inputs, outputs, size, dilation=1, rank=0):
    """A convolution that keeps height and width, or its low-rank pair."""
    padding = size // 2 * dilation
    if not rank:
        return nn.Conv2d(inputs, outputs, size, 1, padding, dilation)
    return nn.Sequential(nn.Conv2d(inputs, rank, size, 1, padding, dilation, bias=False), nn.Conv2d(rank, outputs, 1))


class _Depthwise(nn.Conv2d):
    """A convolution of each channel by itself.

    It stays in 32 bits on a CPU: the gradient of its weights in bf16 is memory that nobody wrote (torch 1.13, oneDNN), of any size; where it is large, clipping
    the gradient's norm wipes out that of all other layers. With a dilation that is so on every processor; without one on those that lack AVX-512.
    """

    def forward(self, x):
        if x.device.type != 'cpu':
            return super().forward(x)
        with torch.autocast('cpu', enabled=False):
            return super().forward(x.float())


def depthwise(channels, stride=1, dilation=1):
    return _Depthwise(channels, channels, 3, stride, dilation, dilation, groups=channels)


def _stem(width, stride):
    """3 x 3 of a picture that is drawn smaller by 2 / `stride`, as seen in the picture itself."""
    if not isinstance(stride, int) or not _STEM_STRIDE <= stride <= 8:
        raise ValueError(f'network: stem_stride is {stride}; it must be {_STEM_STRIDE} to 8')
    before = -(-stride // _STEM_STRIDE)
    return nn.Conv2d(3, width, before + stride, stride, before)


class Heads(nn.Module):
    """Two 1 x 1 layers for the heatmaps and two for the PAFs."""

    def __init__(self, inputs, width):
        super().__init__()
        self.heat = nn.ModuleList([conv(inputs, width, 1), conv(width, HEATMAPS, 1)])
        self.paf = nn.ModuleList([conv(inputs, width, 1), conv(width, PAFS, 1)])

    def forward(self, x):
        return self.heat[1](F.relu(self.heat[0](x))), self.paf[1](F.relu(self.paf[0](x)))


class RefinementBlock(nn.Module):
    """1 x 1, then two 3 x 3 beside a shortcut."""

    def __init__(self, inputs, width, rank):
        super().__init__()
        self.enter = conv(inputs, width, 1)
        self.first = conv(width, width, 3, 1, rank)
        self.second = conv(width, width, 3, reference.REFINEMENT_DILATION, rank)

    def forward(self, x):
        x = F.relu(self.enter(x))
        return x + F.relu(self.second(F.relu(self.first(x))))


class RefinementStage(nn.Module):
    def __init__(self, inputs, width, blocks, rank):
        super().__init__()
        self.blocks = nn.ModuleList(RefinementBlock(width if i else inputs, width, rank) for i in range(blocks))
        self.heads = Heads(width, width)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.heads(x)


class PoseNet(nn.Module):
    """N x 3 x H x W, BGR, (x - 128) / 255 -> one (heatmaps N x 19 x H/8 x W/8, PAFs N x 38 x H/8 x W/8, or H and W by `stride_px`) per exit, the earliest first.

    description: widths and ranks, the keys of TEACHER; `backbone` may be shorter than the teacher's (a shallower network), `initial` too, and
    `refinement` may hold no stage or several.
    """

    def __init__(self, description):
        super().__init__()
        d = self.description = {**TEACHER, **description}
        unknown = set(d) - set(TEACHER)
        if unknown:
            raise ValueError(f'network: unknown keys {sorted(unknown)}; known are {sorted(TEACHER)}')
        widths, ranks, context = d['backbone'], d['backbone_ranks'], d['context']
        if not 6 <= len(widths) <= len(reference.WIDTHS) or len(ranks) != len(widths):
            raise ValueError(f'network: backbone has {len(widths)} widths and {len(ranks)} ranks; it needs as many of each, 6 to {len(reference.WIDTHS)}')
        self.stem = _stem(widths[0], d['stem_stride'])
        pairs = range(1, len(widths))
        self.depthwise = nn.ModuleList(depthwise(widths[i - 1], reference.STRIDES[i], reference.DILATIONS[i]) for i in pairs)
        self.pointwise = nn.ModuleList(conv(widths[i - 1], widths[i], 1, 1, ranks[i]) for i in pairs)
        self.align = conv(widths[-1], context, 1, 1, d['align_rank'])
        self.enter = conv(context, context, 1, 1, d['trunk_rank'])
        self.trunk = nn.ModuleList(nn.ModuleList([depthwise(context), conv(context, context, 1, 1, d['trunk_rank'])]) for _ in range(3))
        self.context = conv(context, context, 3, 1, d['context_rank'])
        self.activation = {'elu': nn.ELU, 'relu': nn.ReLU}[d['activation']]()
        stage = [context, *d['initial']]
        self.initial = nn.ModuleList(conv(a, b, 3, 1, d['initial_rank']) for a, b in zip(stage, stage[1:]))
        self.heads = Heads(stage[-1], d['head'])
        self.refinement = nn.ModuleList(RefinementStage(context + HEATMAPS + PAFS, r['width'], r['blocks'], r['rank']) for r in d['refinement'])

    def freeze(self, layers):
        """The stem and the first `layers` backbone pairs keep their weights from now on, and cost no backward pass."""
        for part in [self.stem, *self.depthwise[:layers], *self.pointwise[:layers]] if layers else []:
            part.requires_grad_(False)

    def features(self, x):
        """What every stage reads: N x context x H/8 x W/8."""
        x = F.relu(self.stem(x))
        for spatial, mixing in zip(self.depthwise, self.pointwise):
            x = F.relu(mixing(F.relu(spatial(x))))
        x = self.activation(self.align(x))
        y = self.activation(self.enter(x))
        for spatial, mixing in self.trunk:
            y = self.activation(mixing(self.activation(spatial(y))))
        return F.relu(self.context(x + y))

    def forward(self, x):
        features = x = self.features(x)
        for layer in self.initial:
            x = F.relu(layer(x))
        exits = [self.heads(x)]
        for stage in self.refinement:
            heat, paf = exits[-1]
            exits.append(stage(torch.cat([paf, heat, features], 1)))
        return exits

    @property
    def stride_px(self):
        """Width and height of a cell of the maps; a picture's height and width are multiples of it."""
        return stride_px(self.description)

    @property
    def exit_names(self):
        stages = len(self.refinement)
        return ['initial'] + (['refinement'] if stages == 1 else [f'refinement{i + 1}' for i in range(stages)])


@torch.no_grad()
def coarser(net, stem_stride):
    """`net` (whose stem strides by 2) made to say of a picture what it says of that picture drawn smaller by 2 / `stem_stride`.

    The smaller picture's pixels are means of the larger one's (area interpolation). Its stem strides over 2 of them, `stem_stride` of the larger, so that
    the two steps are one convolution.
    """
    if net.description['stem_stride'] != _STEM_STRIDE:
        raise ValueError(f"the network's stem strides by {net.description['stem_stride']}; only one that strides by {_STEM_STRIDE} is made coarser")
    out = PoseNet({**net.description, 'stem_stride': stem_stride})
    scale, before = stem_stride / _STEM_STRIDE, out.stem.padding[0]
    pixel = torch.arange(-before, out.stem.kernel_size[0] - before)[None, :]   # of the larger picture, counted from where the stem stands
    tap = torch.arange(-1, 2)[:, None]                                         # of the smaller one
    share = (torch.minimum(pixel + 1, (tap + 1) * scale) - torch.maximum(pixel, tap * scale)).clamp(min=0) / scale
    weight = torch.einsum('oiab,ay,bx->oiyx', net.stem.weight, share, share)
    out.load_state_dict({**net.state_dict(), 'stem.weight': weight})
    return out


def macs(net, height, width):
    """Multiply-accumulates of all convolutions for one picture of height x width px."""
    total, hooks = [0], []

    def count(layer, _, out):
        total[0] += out.shape[2] * out.shape[3] * layer.weight.numel()

    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            hooks.append(module.register_forward_hook(count))
    device = next(net.parameters()).device
    with torch.no_grad():
        net(torch.zeros(1, 3, height, width, device=device))
    for hook in hooks:
        hook.remove()
    return total[0]


def parameters(net):
    return sum(p.numel() for p in net.parameters())
