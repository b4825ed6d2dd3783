"""One layer fitted by least squares to what a teacher's layer computes, from the inputs that the student has (He et al. 2017; ThiNet, Luo et al. 2017).

A low-rank pair gets the best pair there is for these inputs: reduced-rank regression (the leading principal components of the fitted outputs). A pair with a ReLU
between has no such solution: `train_pair` goes down the gradient.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

RIDGE = 1e-4   # of the mean diagonal of the normal equations: channels that are nearly always zero leave them singular


def fit(layer, x, y, positions=16000, seed=0, ridge=RIDGE):
    """Sets `layer` so that layer(x) is nearest to y; returns layer(x) and the share of the variance that is left, the mean of y's channels.

    x: N x in x H x W; y: N x out x H' x W'. Equal numbers of random positions are taken from every picture, about `positions` in all.
    """
    first = layer[0] if isinstance(layer, nn.Sequential) else layer
    inputs, outputs = _rows(first, x, y, positions, seed)
    if first.groups > 1:
        _fit_depthwise(first, inputs, outputs, ridge)
    else:
        _fit_dense(layer, first, inputs, outputs, ridge)
    out = apply(layer, x)
    return out, _left(out, y)


def apply(layer, x, pictures=8):
    """layer(x), a few pictures at a time."""
    return torch.cat([layer(x[i:i + pictures]) for i in range(0, len(x), pictures)])


def _rows(layer, x, y, positions, seed):
    """What the layer sees and should say at random positions: rows x (in * k * k) and rows x out."""
    random = torch.Generator().manual_seed(seed)
    inputs, outputs = [], []
    for one, wanted in zip(x, y):
        if layer.kernel_size == (1, 1):
            seen = one.flatten(1).t()
        else:
            seen = F.unfold(one[None], layer.kernel_size, layer.dilation, layer.padding, layer.stride)[0].t()
        pick = torch.randperm(len(seen), generator=random)[:max(1, positions // len(x))]
        inputs.append(seen[pick])
        outputs.append(wanted.flatten(1).t()[pick])
    return torch.cat(inputs), torch.cat(outputs)


def _fit_depthwise(layer, inputs, outputs, ridge):
    """A problem of nine weights and a bias for every channel."""
    size = layer.kernel_size[0] * layer.kernel_size[1]
    a = inputs.view(len(inputs), layer.groups, size).permute(1, 0, 2).double()
    a = torch.cat([a, torch.ones_like(a[..., :1])], 2)
    squares = a.transpose(1, 2) @ a
    lift = ridge * squares.diagonal(dim1=1, dim2=2).mean(1).clamp(min=1e-8)
    squares = squares + torch.eye(size + 1, dtype=torch.float64) * lift[:, None, None]
    w = torch.linalg.solve(squares, a.transpose(1, 2) @ outputs.t().double()[..., None])[..., 0]
    layer.weight.data.copy_(w[:, :size].view_as(layer.weight))
    layer.bias.data.copy_(w[:, size])


def _fit_dense(layer, first, inputs, outputs, ridge):
    mean_in, mean_out = inputs.mean(0, keepdim=True), outputs.mean(0, keepdim=True)
    centred = inputs - mean_in
    squares = (centred.t() @ centred).double()
    squares += torch.eye(len(squares), dtype=torch.float64) * (ridge * squares.diagonal().mean())
    w = torch.linalg.solve(squares, (centred.t() @ (outputs - mean_out)).double())
    if layer is first:
        first.weight.data.copy_(w.t().reshape(first.weight.shape))
        first.bias.data.copy_((mean_out - mean_in @ w.float())[0])
        return
    # Components of outputs brought to one size: a channel's size says nothing of its worth, the next layer may well scale it.
    spread = (outputs.std(0) + 1e-3 * outputs.std(0).mean()).double()
    w = w / spread
    values, vectors = torch.linalg.eigh(w.t() @ squares @ w)
    rank = first.weight.shape[0]
    vectors = vectors[:, -rank:]
    # Strong components are shared out between the two halves, so that one learning rate suits both.
    share = values[-rank:].clamp(min=1e-9).sqrt()
    share = (share / share.mean()).clamp(min=.1).sqrt()
    inner, outer = w @ vectors / share, vectors * spread[:, None] * share
    first.weight.data.copy_(inner.t().reshape(first.weight.shape))
    layer[1].weight.data.copy_(outer.reshape(layer[1].weight.shape))
    layer[1].bias.data.copy_((mean_out.double() - mean_in.double() @ inner @ outer.t())[0])


@torch.enable_grad()
def train_pair(hidden, last, x, y, epochs=30, rows=4096, peak=2e-3, seed=0):
    """Trains `hidden` (1 x 1), ReLU and `last` (1 x 1) towards y, from the weights that they have; returns last(relu(hidden(x))) and the share of the variance that is left.

    Keeping the channels that matter most and refitting what reads them leaves a quarter of the variance of human-pose-estimation-0001's PAFs when its heads are cut from 512
    to 96 channels; trained, they leave a thirtieth. It takes seconds: the layers see one cell at a time. Adam, cosine; inputs and outputs brought to one size.
    """
    inputs, outputs = (m.permute(0, 2, 3, 1).reshape(-1, m.shape[1]) for m in (x, y))
    mean, spread = inputs.mean(0), inputs.std(0) + 1e-3 * inputs.std()
    size = outputs.std(0) + 1e-3 * outputs.std()
    inputs, outputs = (inputs - mean) / spread, outputs / size
    w1, w2 = hidden.weight.detach()[..., 0, 0], last.weight.detach()[..., 0, 0] / size[:, None]
    a, b = w1 * spread, hidden.bias.detach() + w1 @ mean
    level = (w2.norm(dim=0) / a.norm(dim=1).clamp(min=1e-8)).clamp(1e-3, 1e3).sqrt()   # both layers of a size, so that one rate suits them
    weights = [p.clone().requires_grad_() for p in (a * level[:, None], b * level, w2 / level, last.bias.detach() / size)]
    optimiser, random = torch.optim.Adam(weights, peak), torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(inputs) // rows)
    picks = (pick for _ in range(epochs) for pick in torch.randperm(len(inputs), generator=random).split(rows))
    for step, pick in enumerate(picks):
        optimiser.param_groups[0]['lr'] = peak * .5 * (1 + math.cos(math.pi * step / steps))
        a, b, c, d = weights
        loss = (F.linear(F.relu(F.linear(inputs[pick], a, b)), c, d) - outputs[pick]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    a, b, c, d = (p.detach() for p in weights)
    with torch.no_grad():
        hidden.weight.copy_((a / spread)[..., None, None])
        hidden.bias.copy_(b - (a / spread) @ mean)
        last.weight.copy_((c * size[:, None])[..., None, None])
        last.bias.copy_(d * size)
        out = apply(last, F.relu(apply(hidden, x)))
        return out, _left(out, y)


def _left(out, y):
    """Share of y's variance that `out` misses, the mean of its channels."""
    return ((out - y).square().mean((0, 2, 3)) / y.var(dim=(0, 2, 3)).clamp(min=1e-6)).mean().item()
