"""Targets against values worked out by hand from the papers' formulas."""
import math
import unittest

import context  # noqa: F401
import numpy as np
import torch

import targets
from skeleton import LIMBS, MIRROR, mirror_doubt, mirror_heatmaps, mirror_pafs


def people(*points):
    """P x 1 x 18 x 3 from one {keypoint: (x, y, known)} a person, in px; cell c has its middle at 8 c + 3.5 px."""
    out = torch.zeros(len(points), 1, 18, 3)
    for p, person in enumerate(points):
        for keypoint, values in person.items():
            out[p, 0, keypoint] = torch.tensor(values, dtype=torch.float32)
    return out


def middle(cell):
    return 8 * cell + 3.5


class Targets(unittest.TestCase):
    def test_a_heatmap_is_a_gaussian_of_seven_pixels(self):
        heat, _, _ = targets.draw(people({0: (middle(3), middle(2), 1)}), 8, 8)
        self.assertAlmostEqual(heat[0, 0, 2, 3].item(), 1, places=6)
        self.assertAlmostEqual(heat[0, 0, 2, 4].item(), math.exp(-8 ** 2 / (2 * 7 ** 2)), places=5)
        self.assertAlmostEqual(heat[0, 0, 4, 5].item(), math.exp(-(16 ** 2 + 16 ** 2) / (2 * 7 ** 2)), places=5)

    def test_a_keypoint_between_cells_keeps_its_place(self):
        heat, _, _ = targets.draw(people({0: (middle(3) + 4, middle(2), 1)}), 8, 8)
        self.assertAlmostEqual(heat[0, 0, 2, 3].item(), heat[0, 0, 2, 4].item(), places=6)

    def test_larger_cells_draw_as_many_cells_wide(self):
        heat, _, _ = targets.draw(people({0: (12 * 3 + 5.5, 12 * 2 + 5.5, 1)}), 8, 12)
        self.assertAlmostEqual(heat[0, 0, 2, 3].item(), 1, places=6)
        self.assertAlmostEqual(heat[0, 0, 2, 4].item(), math.exp(-8 ** 2 / (2 * 7 ** 2)), places=5)

    def test_people_are_joined_by_maximum_and_not_by_sum(self):
        heat, _, _ = targets.draw(people({0: (middle(2), middle(2), 1)}, {0: (middle(4), middle(2), 1)}), 8, 8)
        between = math.exp(-8 ** 2 / (2 * 7 ** 2))
        self.assertAlmostEqual(heat[0, 0, 2, 3].item(), between, places=5)
        self.assertAlmostEqual(heat[0, 18, 2, 3].item(), 1 - between, places=5)

    def test_a_paf_is_the_unit_vector_on_its_limb_and_nothing_elsewhere(self):
        a, b = LIMBS[7]
        _, paf, _ = targets.draw(people({a: (middle(1), middle(3), 1), b: (middle(5), middle(3), 1)}), 8, 8)
        on = paf[0, 14:16]
        for x in range(1, 6):
            for y in (2, 3, 4):   # one cell to each side
                self.assertEqual(on[:, y, x].tolist(), [1, 0])
        self.assertEqual(on[:, :2].abs().max().item(), 0)
        self.assertEqual(on[:, :, 6:].abs().max().item(), 0)
        self.assertEqual(paf.abs().sum().item(), on.abs().sum().item())

    def test_pafs_are_averaged_where_limbs_cross(self):
        a, b = LIMBS[7]
        across = {a: (middle(1), middle(3), 1), b: (middle(5), middle(3), 1)}
        down = {a: (middle(3), middle(1), 1), b: (middle(3), middle(5), 1)}
        _, paf, _ = targets.draw(people(across, down), 8, 8)
        self.assertEqual(paf[0, 14:16, 3, 3].tolist(), [.5, .5])
        self.assertEqual(paf[0, 14:16, 3, 1].tolist(), [1, 0])
        self.assertEqual(paf[0, 14:16, 1, 3].tolist(), [0, 1])

    def test_a_doubtful_keypoint_is_no_peak_but_a_doubt(self):
        heat, paf, doubt = targets.draw(people({2: (middle(3), middle(3), .2), 3: (middle(6), middle(3), 1)}), 8, 8)
        self.assertEqual(heat[0, 2].max().item(), 0)
        self.assertAlmostEqual(doubt[0, 2, 3, 3].item(), 1, places=6)
        self.assertEqual(paf.abs().max().item(), 0)

    def test_a_limb_with_a_doubtful_end_is_a_doubt_except_on_a_limb_that_is_certain(self):
        a, b = LIMBS[7]
        doubtful = {a: (middle(1), middle(3), 1), b: (middle(5), middle(3), .2)}
        _, paf, doubt = targets.draw(people(doubtful, {a: (middle(3), middle(1), 1), b: (middle(3), middle(5), 1)}), 8, 8)
        self.assertEqual(doubt[0, 18 + 7, 3].tolist(), [0, 1, 0, 0, 0, 1, 0, 0])   # the other's limb: one cell to each side of column 3
        self.assertEqual(paf[0, 14:16, 3, 3].tolist(), [0, 1])
        self.assertEqual(doubt[0, 18:].sum().item(), doubt[0, 18 + 7].sum().item())
        _, _, unknown = targets.draw(people({a: (middle(1), middle(3), 1), b: (0, 0, 0)}), 8, 8)
        self.assertEqual(unknown.max().item(), 0)

    def test_an_ignored_box_is_masked_except_where_a_labelled_person_stands(self):
        heat, paf, _ = targets.draw(people({0: (middle(2), middle(2), 1)}), 8, 8)
        mask = targets.mask([np.array([[8., 8., 60., 60.]])], heat, paf, 8)
        self.assertEqual(mask[0, 0, 0, 0].item(), 1)
        self.assertEqual(mask[0, 0, 6, 6].item(), 0)
        self.assertEqual(mask[0, 0, 2, 2].item(), 1)

    def test_mirrored_maps_are_the_maps_of_mirrored_people(self):
        random = torch.Generator().manual_seed(2)
        person = torch.cat([torch.rand(2, 1, 18, 2, generator=random) * 63, torch.where(torch.rand(2, 1, 18, 1, generator=random) < .3, .2, 1.)], 3)
        mirrored = person.clone()
        mirrored[..., 0] = 63 - mirrored[..., 0]
        mirrored = mirrored[:, :, list(MIRROR)]
        heat, paf, doubt = targets.draw(person, 8, 8)
        heat2, paf2, doubt2 = targets.draw(mirrored, 8, 8)
        self.assertTrue((doubt.amax((0, 2, 3)) > 0)[18:].any())
        torch.testing.assert_close(mirror_doubt(doubt), doubt2, atol=1e-5, rtol=0)
        torch.testing.assert_close(mirror_heatmaps(heat), heat2, atol=1e-5, rtol=0)
        torch.testing.assert_close(mirror_pafs(paf), paf2, atol=1e-5, rtol=0)


if __name__ == '__main__':
    unittest.main()
