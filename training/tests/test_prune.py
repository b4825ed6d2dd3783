import unittest

import context
import cv2
import numpy as np
import torch

from equalise import equalise
from fit import fit, train_pair
from network import TEACHER, PoseNet, coarser, conv, depthwise, macs
from prune import prune


def teacher():
    torch.manual_seed(3)
    return PoseNet(context.SMALL_TEACHER).eval()


def pictures(count=8):
    return torch.randn(count, 3, 48, 48, generator=torch.Generator().manual_seed(4))


class Coarser(unittest.TestCase):
    def test_it_says_of_a_picture_what_the_network_says_of_the_smaller_one(self):
        net = teacher()
        for stem_stride, large, small in ((3, 72, 48), (4, 96, 48), (5, 120, 48)):
            x = torch.randn(2, 3, large, large, generator=torch.Generator().manual_seed(stem_stride))
            coarse = coarser(net, stem_stride).eval()
            self.assertEqual(coarse.stride_px, 4 * stem_stride)
            with torch.no_grad():
                for wanted, found in zip(net(by_area(x, small)), coarse(x)):
                    for a, b in zip(wanted, found):
                        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)

    def test_a_student_of_the_teachers_widths_is_the_teacher_made_coarser(self):
        x, t = torch.randn(6, 3, 72, 72, generator=torch.Generator().manual_seed(4)), teacher()
        student = prune(t, {**context.SMALL_TEACHER, 'stem_stride': 3}, x)
        with torch.no_grad():
            for ours, theirs in zip(student.eval()(x), coarser(t, 3).eval()(x)):
                for a, b in zip(ours, theirs):
                    torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)

    def test_it_costs_as_little_as_its_cells_are_few(self):
        net = PoseNet(TEACHER)
        for stem_stride in (3, 4):
            self.assertAlmostEqual(macs(coarser(net, stem_stride), 384, 384) / macs(net, 384, 384), (2 / stem_stride) ** 2, delta=.015)

    def test_another_number_is_refused(self):
        for wrong in (0, 1, 9, 2.5, '2'):
            with self.assertRaisesRegex(ValueError, 'stem_stride'):
                PoseNet({**context.SMALL_TEACHER, 'stem_stride': wrong})
        with self.assertRaisesRegex(ValueError, "the network's stem strides by 3"):
            coarser(coarser(teacher(), 3), 4)


def by_area(x, side):
    """Each pixel the mean of the area that it covers: OpenCV's, which shares no code with the recipe."""
    return torch.from_numpy(np.stack([cv2.resize(one.permute(1, 2, 0).numpy(), (side, side), interpolation=cv2.INTER_AREA) for one in x])).permute(0, 3, 1, 2)


class Fit(unittest.TestCase):
    def test_a_layer_is_found_again_from_what_it_computes(self):
        torch.manual_seed(5)
        x = torch.randn(6, 5, 9, 9)
        for wanted, layer in ((conv(5, 7, 3, 2), conv(5, 7, 3, 2)), (conv(5, 7, 1), conv(5, 7, 1)), (depthwise(5, 2), depthwise(5, 2))):
            with torch.no_grad():
                _, left = fit(layer, x, wanted(x))
            self.assertLess(left, 1e-4)
            torch.testing.assert_close(layer.weight, wanted.weight, atol=2e-3, rtol=0)

    def test_a_low_rank_pair_is_the_best_of_its_rank(self):
        """On white inputs the error of the best pair is what the singular values beyond the rank leave (Eckart and Young 1936)."""
        torch.manual_seed(6)
        x, wanted, pair = torch.randn(16, 6, 16, 16), conv(6, 8, 1), conv(6, 8, 1, 1, rank=2)
        with torch.no_grad():
            _, left = fit(pair, x, wanted(x), positions=10 ** 6)
        # Over outputs of one size, as fit() weighs them.
        rows = wanted.weight.detach().flatten(1)
        singular = torch.linalg.svdvals(rows / rows.norm(dim=1, keepdim=True)).square()
        self.assertAlmostEqual(left, (singular[2:].sum() / singular.sum()).item(), delta=.02)


    def test_a_pair_with_a_relu_between_is_trained_to_what_refitting_its_second_layer_cannot_reach(self):
        torch.manual_seed(7)
        x, wide, last = torch.randn(16, 6, 16, 16), conv(6, 24, 1), conv(24, 5, 1)
        with torch.no_grad():
            wanted = last(torch.relu(wide(x)))
            hidden, mine = conv(6, 10, 1), conv(10, 5, 1)
            hidden.weight.copy_(wide.weight[:10])
            hidden.bias.copy_(wide.bias[:10])
            _, kept = fit(mine, torch.relu(hidden(x)), wanted)
        out, left = train_pair(hidden, mine, x, wanted, rows=512)
        self.assertLess(left, .7 * kept)
        with torch.no_grad():
            torch.testing.assert_close(mine(torch.relu(hidden(x))), out)
        self.assertFalse(out.requires_grad)


class Equalise(unittest.TestCase):
    def test_channels_get_one_size_and_the_maps_stay(self):
        t = teacher()
        with torch.no_grad():
            t.pointwise[2].weight[3] *= 300
            t.pointwise[2].bias[3] *= 300
        level = equalise(t, pictures())
        with torch.no_grad():
            for mine, its in zip(level(pictures(2)), t(pictures(2))):
                torch.testing.assert_close(mine, its, atol=1e-4, rtol=1e-4)
        before, after = self.spreads(t), self.spreads(level)
        self.assertGreater((before.max() / before.median()).item(), 20)
        self.assertLess((after.max() / after.median()).item(), 1.1)

    @staticmethod
    def spreads(net):
        seen = []
        hook = net.pointwise[2].register_forward_hook(lambda layer, x, z: seen.append(z.clamp(min=0).std((0, 2, 3))))
        with torch.no_grad():
            net(pictures())
        hook.remove()
        return seen[0]


class Prune(unittest.TestCase):
    def test_equal_widths_give_the_teacher(self):
        t = teacher()
        student = prune(t, context.SMALL_TEACHER, pictures())
        for mine, its in zip(student(pictures(2)), t(pictures(2))):
            torch.testing.assert_close(mine, its, atol=1e-5, rtol=0)

    def test_a_narrower_network_has_the_widths_asked_for_and_answers_like_its_teacher(self):
        t = teacher()
        wanted = {**context.SMALL_TEACHER, 'backbone': [8, 8, 10, 10, 12, 12, 12, 12], 'context': 10, 'initial': [10, 10], 'head': 12,
                  'refinement': [{'width': 10, 'blocks': 2, 'rank': 0}]}
        lines = []
        student = prune(t, wanted, pictures(), lines.append)
        self.assertEqual([len(x.weight) for x in student.pointwise], [8, 10, 10, 12, 12, 12, 12])
        self.assertLess(macs(student, 64, 64), macs(t, 64, 64))
        with torch.no_grad():
            (heat, _), (its, _) = student(pictures(4))[-1], t(pictures(4))[-1]
        untrained = PoseNet(wanted)(pictures(4))[-1][0]
        self.assertLess((heat - its).square().mean().item(), .5 * (untrained - its).square().mean().item())
        self.assertEqual(len([x for x in lines if 'variance left' in x or 'copied' in x]), len(lines))
        self.assertTrue(any('both trained' in x for x in lines))

    def test_a_shallower_backbone_and_low_ranks_are_built(self):
        wanted = {**context.SMALL_TEACHER, 'backbone': [8, 8, 12, 12, 16, 16], 'backbone_ranks': [0, 0, 0, 4, 4, 4], 'trunk_rank': 4, 'context_rank': 6,
                  'initial_rank': 4, 'refinement': [{'width': 8, 'blocks': 1, 'rank': 4}], 'activation': 'relu'}
        student = prune(teacher(), wanted, pictures())
        self.assertEqual(len(student.pointwise), 5)
        self.assertEqual(student(pictures(1))[-1][1].shape, (1, 38, 6, 6))

    def test_a_student_wider_than_its_teacher_is_refused_with_both_widths(self):
        with self.assertRaisesRegex(ValueError, r'wider \(99\) than its teacher \(12\)'):
            prune(teacher(), {**context.SMALL_TEACHER, 'context': 99}, pictures())

    def test_the_teacher_has_the_macs_of_its_paper(self):
        self.assertAlmostEqual(macs(PoseNet(TEACHER), 368, 368) / 1e9, 8.9, delta=.05)


if __name__ == '__main__':
    unittest.main()
