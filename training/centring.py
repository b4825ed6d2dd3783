"""Learns y = W (x - mean of x) + b in place of y = W x + b, so that a step on W does not shift every output.

A network with folded batch norms has inputs that are all positive. A plain step on its weights then moves whole maps up or down, and the loss, a sum
over thousands of cells that should be zero, is steep just there: the norm of a pruned student's gradient is three times as large, and its loss rises from rates at
which the centred form falls (measured on EdgePose-S, docs in the card). Batch norm would do the same (Ioffe and Szegedy 2015; LeCun et al.
1998 section 4.3 for the reason) but costs a pass over every activation. The file's weights stay those of the plain form.
"""
import torch
from torch import nn

_FOLLOW = .2    # how fast the running means follow the network


class Centring:
    """For every convolution that learns: the running mean of its input, one number a channel; `means` belongs into a checkpoint."""

    def __init__(self, net):
        self.measuring, self.means, self.layers = False, {}, []
        for name, module in net.named_modules():
            if isinstance(module, nn.Sequential):
                self._add(name + '.0', module[0], module[1])
            elif isinstance(module, nn.Conv2d) and module.bias is not None:
                self._add(name, module, None)

    def _add(self, name, layer, second):
        """second: the other half of a low-rank pair, which holds the pair's bias."""
        if layer.weight.requires_grad:
            self.layers.append((name, layer, second))
            layer.register_forward_pre_hook(lambda _, inputs: self._measure(name, inputs[0]))

    @torch.no_grad()
    def _measure(self, name, x):
        if self.measuring:
            mean = x.float().mean((0, 2, 3))
            self.means[name] = mean if name not in self.means else torch.lerp(self.means[name], mean, _FOLLOW)

    @torch.no_grad()
    def centre_gradients(self):
        """Turns the gradient of the plain weights into that of the centred ones; call it between backward() and the step."""
        for name, layer, second in self.layers:
            mean, reach = self.means[name], (second or layer).bias.grad
            if second is not None:
                reach = second.weight.flatten(1).t() @ reach
            shift = (reach * mean)[:, None] if layer.groups > 1 else reach[:, None] * mean
            layer.weight.grad -= shift[:, :, None, None]

    @torch.no_grad()
    def step(self, optimiser):
        """The optimiser's step; then biases take back what the new weights make of the mean inputs."""
        before = [layer.weight.clone() for _, layer, _ in self.layers]
        seconds = {id(second): second.weight.clone() for _, _, second in self.layers if second is not None}
        optimiser.step()
        for (name, layer, second), old in zip(self.layers, before):
            change, mean = (layer.weight - old).sum((2, 3)), self.means[name]
            shift = change[:, 0] * mean if layer.groups > 1 else change @ mean
            if second is not None:
                shift = seconds[id(second)].flatten(1) @ shift
            (second or layer).bias -= shift
