"""Centred steps against the network that is written with the means subtracted."""
import unittest

import context
import torch
from torch import nn

from centring import Centring
from network import PoseNet, conv


class Explicit(nn.Module):
    """The same layers, each reading x - mean (a dense layer, a depthwise one, a low-rank pair)."""

    def __init__(self, layers, means):
        super().__init__()
        self.layers, self.means = layers, means

    def forward(self, x):
        dense, spatial, pair = self.layers
        dense_mean, spatial_mean, pair_mean = (m[:, None, None] for m in self.means)
        x = torch.relu(dense(x - dense_mean))
        x = torch.relu(spatial(x - spatial_mean))
        return pair(x - pair_mean)


def layers():
    torch.manual_seed(11)
    return nn.ModuleList([conv(3, 6, 1), nn.Conv2d(6, 6, 3, groups=6), conv(6, 4, 1, 1, 2)])


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = layers()

    def forward(self, x):
        dense, spatial, pair = self.layers
        return pair(torch.relu(spatial(torch.relu(dense(x)))))


class Centred(unittest.TestCase):
    def test_a_step_is_the_step_of_the_network_written_with_means(self):
        """The depthwise layer has no padding here, so that every tap sees the mean; SGD, whose step is the gradient itself."""
        x, wanted = torch.rand(4, 3, 9, 9) + 1, torch.rand(4, 4, 7, 7)
        plain = Plain()
        centring = Centring(plain)
        centring.measuring = True
        plain(x)
        names = ['layers.0', 'layers.1', 'layers.2.0']
        means = [centring.means[n] for n in names]
        explicit = Explicit(layers(), means)
        with torch.no_grad():   # the same function, written with means: their part moves into the biases
            dense, spatial, pair = explicit.layers
            dense.bias += dense.weight.flatten(1) @ means[0]
            spatial.bias += spatial.weight.flatten(1).sum(1) * means[1]
            pair[1].bias += pair[1].weight.flatten(1) @ (pair[0].weight.flatten(1) @ means[2])
        torch.testing.assert_close(explicit(x), plain(x), atol=1e-5, rtol=0)
        for net in (plain, explicit):
            optimiser = torch.optim.SGD(net.parameters(), 1e-2)
            (net(x) - wanted).square().mean().backward()
            if net is plain:
                centring.centre_gradients()
                centring.step(optimiser)
            else:
                optimiser.step()
        for name in ('layers.0.weight', 'layers.1.weight', 'layers.2.0.weight'):
            torch.testing.assert_close(dict(plain.named_parameters())[name], dict(explicit.named_parameters())[name], atol=1e-5, rtol=0)

    def test_a_step_on_weights_alone_does_not_move_the_mean_output(self):
        layer = nn.Sequential(conv(5, 7, 1))
        x = torch.rand(2, 5, 6, 6) + 2
        net = nn.ModuleList([layer[0]])
        centring = Centring(net)
        centring.measuring = True
        before = net[0](x).mean((0, 2, 3))
        net[0].weight.grad, net[0].bias.grad = torch.randn_like(net[0].weight), torch.zeros(7)
        centring.centre_gradients()
        centring.step(torch.optim.SGD(net.parameters(), 1.))
        torch.testing.assert_close(net[0](x).mean((0, 2, 3)), before, atol=1e-5, rtol=0)

    def test_every_convolution_that_learns_is_centred_once(self):
        net = PoseNet(context.TINY)
        net.freeze(2)
        names = [name for name, _, _ in Centring(net).layers]
        self.assertEqual(len(names), len(set(names)))
        whole = [m for m in net.modules() if isinstance(m, nn.Conv2d) and m.weight.requires_grad]
        self.assertEqual(len(names), len(whole))


if __name__ == '__main__':
    unittest.main()
