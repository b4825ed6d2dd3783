import unittest

import context
import torch

from average import mean
from network import PoseNet


class Average(unittest.TestCase):
    def test_each_weight_lies_half_way(self):
        start, end = PoseNet(context.TINY), PoseNet(context.TINY)
        wanted = {name: (value + end.state_dict()[name]) / 2 for name, value in start.state_dict().items()}
        for name, value in mean(start, end).state_dict().items():
            torch.testing.assert_close(value, wanted[name])

    def test_networks_of_different_descriptions_have_none(self):
        with self.assertRaisesRegex(ValueError, 'descriptions'):
            mean(PoseNet(context.TINY), PoseNet({**context.TINY, 'head': 4}))
