"""The Lightweight-OpenPose family with free widths, depths and ranks, batch norms folded.

Backbone (MobileNetV1, stride 8) -> context block -> initial stage -> any number of refinement stages. Each stage is an exit: (heatmaps, PAFs).
Layout: Osokin 2018, as human-pose-estimation-0001 has it. A rank splits a convolution into two without an activation between them
(k x k to `rank` channels, then 1 x 1): the low-rank form of Jaderberg et al. 2014 and Zhang et al. 2015; rank 0 leaves it whole.

A `reduction` of r lets the network work r times coarser than the maps that it gives: its stem strides r times as far, and each head draws r x r cells for one
(sub-pixel convolution, Shi et al. 2016). The MACs fall by r squared, and the receptive field grows by r.
"""
import torch
from torch import nn
from torch.nn import functional as F

from skeleton import HEATMAPS, PAFS

STRIDE_PX = 8
# Backbone layer i after the stem: its stride, and its dilation (which keeps the receptive field where MobileNetV1 would have strided on).
_STRIDES = (2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1)
_DILATIONS = (1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
_REFINEMENT_DILATION = 2   # of the second 3x3 in a refinement block

TEACHER = {
    'backbone': [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512], 'backbone_ranks': [0] * 12,
    'context': 128, 'align_rank': 0, 'trunk_rank': 0, 'context_rank': 0,
    'initial': [128, 128, 128], 'initial_rank': 0, 'head': 512,
    'refinement': [{'width': 128, 'blocks': 5, 'rank': 0}], 'activation': 'elu', 'reduction': 1,
}


def conv(inputs, outputs, size, dilation=1, rank=0):
    """A convolution that keeps height and width, or its low-rank pair."""
    padding = size // 2 * dilation
    if not rank:
        return nn.Conv2d(inputs, outputs, size, 1, padding, dilation)
    return nn.Sequential(nn.Conv2d(inputs, rank, size, 1, padding, dilation, bias=False), nn.Conv2d(rank, outputs, 1))


def depthwise(channels, stride=1, dilation=1):
    return nn.Conv2d(channels, channels, 3, stride, dilation, dilation, groups=channels)


class Finer(nn.Module):
    """Maps r times as fine: interpolated (a 3 x 3 of each map, which starts as bilinear), and added what a layer's hidden channels say of each cell (which starts as nothing)."""

    def __init__(self, hidden, maps, r):
        super().__init__()
        self.r = r
        self.interpolation = nn.Conv2d(maps, maps * r * r, 3, 1, 1, groups=maps, bias=False)
        self.detail = conv(hidden, maps * r * r, 1)
        offsets = (torch.arange(r) + .5) / r - .5                                # of a fine cell's centre from its coarse cell's
        one = torch.stack([(-offsets).clamp(min=0), 1 - offsets.abs(), offsets.clamp(min=0)], 1)   # r x 3: the share of the cell before, of its own, of the one behind
        both = one[:, None, :, None] * one[None, :, None, :]
        self.interpolation.weight.data.copy_(both.reshape(1, r * r, 1, 3, 3).expand(maps, -1, -1, -1, -1).reshape_as(self.interpolation.weight))
        nn.init.zeros_(self.detail.weight)
        nn.init.zeros_(self.detail.bias)

    def forward(self, maps, hidden):
        return F.pixel_shuffle(self.interpolation(maps) + self.detail(hidden), self.r)


class Heads(nn.Module):
    """Two 1 x 1 layers for the heatmaps and two for the PAFs; with a reduction, finer maps beside."""

    def __init__(self, inputs, width, reduction):
        super().__init__()
        self.heat = nn.ModuleList([conv(inputs, width, 1), conv(width, HEATMAPS, 1)])
        self.paf = nn.ModuleList([conv(inputs, width, 1), conv(width, PAFS, 1)])
        self.finer = nn.ModuleList([Finer(width, HEATMAPS, reduction), Finer(width, PAFS, reduction)]) if reduction > 1 else None

    def forward(self, x):
        """-> the maps for the next stage, and those to give: the same without a reduction."""
        hidden = F.relu(self.heat[0](x)), F.relu(self.paf[0](x))
        maps = self.heat[1](hidden[0]), self.paf[1](hidden[1])
        return maps, maps if self.finer is None else tuple(finer(m, h) for finer, m, h in zip(self.finer, maps, hidden))


class RefinementBlock(nn.Module):
    """1 x 1, then two 3 x 3 beside a shortcut."""

    def __init__(self, inputs, width, rank):
        super().__init__()
        self.enter = conv(inputs, width, 1)
        self.first = conv(width, width, 3, 1, rank)
        self.second = conv(width, width, 3, _REFINEMENT_DILATION, rank)

    def forward(self, x):
        x = F.relu(self.enter(x))
        return x + F.relu(self.second(F.relu(self.first(x))))


class RefinementStage(nn.Module):
    def __init__(self, inputs, width, blocks, rank, reduction):
        super().__init__()
        self.blocks = nn.ModuleList(RefinementBlock(width if i else inputs, width, rank) for i in range(blocks))
        self.heads = Heads(width, width, reduction)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.heads(x)


class PoseNet(nn.Module):
    """N x 3 x H x W, BGR, (x - 128) / 255 -> one (heatmaps N x 19 x H/8 x W/8, PAFs N x 38 x H/8 x W/8) per exit, the earliest first.

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
        if not 6 <= len(widths) <= 12 or len(ranks) != len(widths):
            raise ValueError(f'network: backbone has {len(widths)} widths and {len(ranks)} ranks; it needs as many of each, 6 to 12')
        reduction = d['reduction']
        if not isinstance(reduction, int) or not 1 <= reduction <= 4:
            raise ValueError(f'network: reduction is {reduction}; it must be 1 to 4')
        self.stem = nn.Conv2d(3, widths[0], 3 * reduction, 2 * reduction, reduction)
        pairs = range(1, len(widths))
        self.depthwise = nn.ModuleList(depthwise(widths[i - 1], _STRIDES[i], _DILATIONS[i]) for i in pairs)
        self.pointwise = nn.ModuleList(conv(widths[i - 1], widths[i], 1, 1, ranks[i]) for i in pairs)
        self.align = conv(widths[-1], context, 1, 1, d['align_rank'])
        self.enter = conv(context, context, 1, 1, d['trunk_rank'])
        self.trunk = nn.ModuleList(nn.ModuleList([depthwise(context), conv(context, context, 1, 1, d['trunk_rank'])]) for _ in range(3))
        self.context = conv(context, context, 3, 1, d['context_rank'])
        self.activation = {'elu': nn.ELU, 'relu': nn.ReLU}[d['activation']]()
        stage = [context, *d['initial']]
        self.initial = nn.ModuleList(conv(a, b, 3, 1, d['initial_rank']) for a, b in zip(stage, stage[1:]))
        self.heads = Heads(stage[-1], d['head'], reduction)
        self.refinement = nn.ModuleList(RefinementStage(context + HEATMAPS + PAFS, r['width'], r['blocks'], r['rank'], reduction) for r in d['refinement'])

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
        (heat, paf), given = self.heads(x)
        exits = [given]
        for stage in self.refinement:
            (heat, paf), given = stage(torch.cat([paf, heat, features], 1))
            exits.append(given)
        return exits

    @property
    def multiple_px(self):
        """A picture's height and width are multiples of it."""
        return STRIDE_PX * self.description['reduction']

    @property
    def exit_names(self):
        stages = len(self.refinement)
        return ['initial'] + (['refinement'] if stages == 1 else [f'refinement{i + 1}' for i in range(stages)])


@torch.no_grad()
def reduced(net, factor):
    """`net` (of reduction 1) made to say of a picture what it says of that picture averaged over factor x factor pixels, in cells factor times as fine."""
    out = PoseNet({**net.description, 'reduction': factor})
    state = {**out.state_dict(), **net.state_dict()}   # what is new has its start
    state['stem.weight'] = net.stem.weight.repeat_interleave(factor, 2).repeat_interleave(factor, 3) / factor ** 2
    out.load_state_dict(state)
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
