import unittest

import context  # noqa: F401
import torch

from losses import Weights, blend, exit_losses
from network import depthwise


def maps(value, cells=4):
    return torch.full((1, 19, cells, cells), value), torch.full((1, 38, cells, cells), value)


class Gradients(unittest.TestCase):
    def test_a_depthwise_layer_has_the_gradient_in_16_bits_that_it_has_in_32(self):
        for dilation in (1, 2):
            torch.manual_seed(2)
            layer = depthwise(512, 1, dilation).to(memory_format=torch.channels_last)
            x = torch.rand(8, 512, 31, 31).contiguous(memory_format=torch.channels_last).requires_grad_()
            gradients = []
            for half in (False, True, True, True):   # what is wrong may be right once: memory that nobody wrote
                layer.zero_grad()
                with torch.autocast('cpu', torch.bfloat16, enabled=half):
                    out = layer(x)
                out.float().square().mean().backward()
                gradients.append(layer.weight.grad.clone())
            for again in gradients[1:]:
                self.assertLess((again - gradients[0]).norm() / gradients[0].norm(), .02, f'dilation {dilation}')


class Losses(unittest.TestCase):
    def test_every_exit_has_its_own_loss_and_truth_costs_nothing(self):
        labels = maps(.5)
        losses = exit_losses([maps(0.), labels], labels, None, torch.ones(1, 1, 4, 4), torch.zeros(1, 37, 4, 4), .5)
        self.assertGreater(losses[0].item(), 0)
        self.assertEqual(losses[1].item(), 0)

    def test_who_is_unsure_says_by_how_much_and_no_more(self):
        """A keypoint that is in a cell once in ten times: what costs least there is a tenth, or peaks grow broad and crowd over the decoder's threshold."""
        there = [(heat.clone(), paf.clone()) for heat, paf in [maps(0.)]][0]
        there = tuple(m.repeat(10, 1, 1, 1) for m in there)
        for m in there:
            m[0] = 1
        for weights, best in ((Weights(), .1), (Weights(peak=9, limb=9), .526)):
            said = torch.full((), .3, requires_grad=True)
            optimiser = torch.optim.LBFGS([said], line_search_fn='strong_wolfe')

            def cost():
                optimiser.zero_grad()
                loss = exit_losses([(said.expand(10, 19, 4, 4), said.expand(10, 38, 4, 4))], there, None, torch.ones(10, 1, 4, 4), torch.zeros(10, 37, 4, 4), .5, weights)[0]
                loss.backward()
                return loss

            optimiser.step(cost)
            self.assertAlmostEqual(said.item(), best, delta=.03)

    def test_a_weight_below_0_is_refused(self):
        with self.assertRaisesRegex(ValueError, 'loss.peak is -1'):
            Weights(peak=-1)

    def test_a_masked_cell_costs_nothing_without_a_teacher(self):
        losses = exit_losses([maps(0.)], maps(.5), None, torch.zeros(1, 1, 4, 4), torch.zeros(1, 37, 4, 4), .5)
        self.assertEqual(losses[0].item(), 0)

    def test_the_teacher_has_its_share_and_all_of_what_is_masked(self):
        mask = torch.ones(1, 1, 4, 4)
        mask[..., 0] = 0
        heat, paf, _, weight = blend(maps(0.), maps(1.), mask, torch.zeros(1, 37, 4, 4), .25)
        self.assertEqual(heat[0, 0, 0].tolist(), [1, .25, .25, .25])
        self.assertEqual(paf[0, 0, 0].tolist(), [1, .25, .25, .25])
        self.assertEqual(weight[0, 37, 0].tolist(), [.5, 1, 1, 1])

    def test_the_loss_of_one_cell_is_as_worked_out_by_hand(self):
        heat, paf = torch.zeros(1, 19, 32, 32), torch.zeros(1, 38, 32, 32)
        said = heat.clone()
        heat[0, 3, 5, 5], said[0, 3, 5, 5] = 1, .5
        losses = exit_losses([(said, paf)], (heat, paf), None, torch.ones(1, 1, 32, 32), torch.zeros(1, 37, 32, 32), .5, Weights(peak=9))
        self.assertAlmostEqual(losses[0].item(), 10 * .25 / 100, places=7)   # a peak counts 1 + 9 times

    def test_the_teacher_alone_says_what_is_where_a_label_is_not_trusted(self):
        doubt = torch.zeros(1, 37, 4, 4)
        doubt[0, 3, 1, 1] = 1
        heat, paf, heat_weight, weight = blend(maps(0.), maps(1.), torch.ones(1, 1, 4, 4), doubt, .25)
        self.assertEqual((heat[0, 3, 1, 1].item(), heat_weight[0, 3, 1, 1].item()), (1, .5))
        self.assertEqual((heat[0, 18, 1, 1].item(), heat_weight[0, 18, 1, 1].item()), (1, .5))   # the background there
        self.assertEqual((heat[0, 4, 1, 1].item(), heat_weight[0, 4, 1, 1].item()), (.25, 1))    # another keypoint's map
        self.assertEqual((paf[0, 0, 1, 1].item(), weight[0, 0, 1, 1].item()), (.25, 1))

    def test_the_teacher_alone_says_what_a_limb_is_whose_end_is_not_trusted(self):
        doubt = torch.zeros(1, 37, 4, 4)
        doubt[0, 18 + 5, 1, 1] = 1
        _, paf, heat_weight, weight = blend(maps(0.), maps(1.), torch.ones(1, 1, 4, 4), doubt, .25)
        self.assertEqual(paf[0, 9:13, 1, 1].tolist(), [.25, 1, 1, .25])
        self.assertEqual(weight[0, 9:13, 1, 1].tolist(), [1, .5, .5, 1])
        self.assertEqual(heat_weight.min().item(), 1)
        *_, alone = blend(maps(0.), None, torch.ones(1, 1, 4, 4), doubt, .25)
        self.assertEqual(alone[0, 9:13, 1, 1].tolist(), [1, 0, 0, 1])

    def test_doubt_takes_the_weight_from_a_keypoint(self):
        losses = exit_losses([maps(0.)], (torch.full((1, 19, 4, 4), .5), torch.zeros(1, 38, 4, 4)), None, torch.ones(1, 1, 4, 4), torch.ones(1, 37, 4, 4), .5)
        background_and_pafs = exit_losses([(torch.full((1, 19, 4, 4), .5), torch.zeros(1, 38, 4, 4))], maps(0.), None, torch.ones(1, 1, 4, 4), torch.zeros(1, 37, 4, 4), .5)
        self.assertLess(losses[0].item(), background_and_pafs[0].item() / 5)


if __name__ == '__main__':
    unittest.main()
