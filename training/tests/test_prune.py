import unittest

import context
import torch
from torch.nn import functional as F

from equalise import equalise
from fit import fit
from network import TEACHER, PoseNet, conv, depthwise, macs, reduced
from prune import prune


def teacher():
    torch.manual_seed(3)
    return PoseNet(context.SMALL_TEACHER).eval()


def pictures(count=8):
    return torch.randn(count, 3, 48, 48, generator=torch.Generator().manual_seed(4))


class Reduction(unittest.TestCase):
    def test_a_reduced_network_says_of_a_picture_what_it_said_of_the_smaller_one(self):
        net, x = teacher(), torch.randn(2, 3, 96, 64)
        for factor in (2, 4):
            with torch.no_grad():
                for coarse, fine in zip(net(F.avg_pool2d(x, factor)), reduced(net, factor).eval()(x)):
                    for small, large in zip(coarse, fine):
                        self.assertEqual(large.shape[2:], (12, 8))
                        wanted = F.interpolate(small, scale_factor=factor, mode='bilinear', align_corners=False)
                        inside = slice(factor // 2, -(factor // 2)), slice(factor // 2, -(factor // 2))   # torch repeats the border's cells; the network sees zeros there
                        torch.testing.assert_close(large[..., inside[0], inside[1]], wanted[..., inside[0], inside[1]], atol=1e-5, rtol=1e-4)

    def test_it_can_be_pruned_further_and_a_network_of_its_own_widths_is_the_same(self):
        net, x = reduced(teacher(), 2).eval(), torch.randn(6, 3, 96, 96, generator=torch.Generator().manual_seed(4))
        for finer in net.heads.finer:
            torch.nn.init.normal_(finer.detail.weight, std=.1)
        same = prune(net, net.description, x)
        with torch.no_grad():
            for ours, theirs in zip(same.eval()(x), net(x)):
                for a, b in zip(ours, theirs):
                    torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)
        narrow = prune(net, {**net.description, 'head': 8, 'refinement': []}, x)
        self.assertLess(macs(narrow, 96, 96), macs(net, 96, 96))
        with torch.no_grad():
            wanted, got = net(x)[0][1], narrow.eval()(x)[0][1]
        self.assertLess((got - wanted).square().mean() / wanted.var(), .8)
        with self.assertRaisesRegex(ValueError, 'reduction 3 cannot be pruned from a network of reduction 2'):
            prune(net, {**net.description, 'reduction': 3}, x)

    def test_it_costs_a_quarter_and_little_more(self):
        net = PoseNet(TEACHER)
        self.assertLess(macs(reduced(net, 2), 368, 368) / macs(net, 368, 368), .27)

    def test_another_number_is_refused(self):
        for wrong in (0, 5, 1.5, '2'):
            with self.assertRaisesRegex(ValueError, 'reduction'):
                PoseNet({**context.SMALL_TEACHER, 'reduction': wrong})


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
