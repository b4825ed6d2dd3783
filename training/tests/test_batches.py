"""Schedule, colours, crops and the teacher's averaged maps."""
import os
import tempfile
import unittest

import context
import cv2
import numpy as np
import torch

import colours
import crops
import targets
from canvas import Canvas
from labels import Faults, read_coco
from network import PoseNet
from schedule import Ema, learning_rate
from teacher import Teacher, normalise, on_cells


class Schedule(unittest.TestCase):
    def test_the_rate_warms_up_and_follows_a_cosine(self):
        rates = [learning_rate(s, 100, 1., 10) for s in range(101)]
        self.assertAlmostEqual(rates[0], .1)
        self.assertAlmostEqual(rates[10], 1)
        self.assertAlmostEqual(rates[55], .01 + .99 * .5)
        self.assertAlmostEqual(rates[100], .01)

    def test_the_average_of_a_constant_network_is_that_network(self):
        net = PoseNet(context.TINY)
        ema = Ema(net, .99)
        for step in range(5):
            ema.update(net, step)
        for name, value in net.state_dict().items():
            torch.testing.assert_close(ema.weights[name], value)


class Colours(unittest.TestCase):
    def setUp(self):
        y, x = np.mgrid[:64, :64]
        picture = np.stack([128 + 60 * np.sin(x / 9), 128 + 60 * np.cos(y / 7), 2. * x + y * .5], 2).clip(0, 255).astype(np.float32)
        self.picture = torch.from_numpy(picture).permute(2, 0, 1)[None]

    def test_no_strength_changes_nothing(self):
        nothing = colours.Strengths(**{name: 0. for name in vars(colours.Strengths())})
        torch.testing.assert_close(colours.change(self.picture, nothing, np.random.default_rng(1)), self.picture)

    def test_the_same_seed_gives_the_same_pictures_and_all_stay_in_range(self):
        everything = colours.Strengths(**{name: 1. for name in vars(colours.Strengths())})
        one, two = (colours.change(self.picture.repeat(3, 1, 1, 1), everything, np.random.default_rng(2)) for _ in range(2))
        self.assertTrue(torch.equal(one, two))
        self.assertGreaterEqual(one.min().item(), 0)
        self.assertLessEqual(one.max().item(), 255)

    def test_each_picture_of_a_batch_gets_a_strength_of_its_own(self):
        four = torch.full((4, 3, 64, 64), 100.)
        for effect in (colours.noise, colours.occlude):
            changes = [(one - 100).abs().mean().item() for one in effect(four, np.random.default_rng(3))]
            self.assertGreater(min(changes), 0)
            self.assertEqual(len({round(change, 3) for change in changes}), 4, effect.__name__)
        ramp = torch.linspace(0, 255, 64).expand(4, 3, 64, 64)
        for effect in (colours.jpeg, colours.blur):
            changes = [(one - ramp[0]).abs().mean().item() for one in effect(ramp + torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(2)) * 20, np.random.default_rng(3))]
            self.assertEqual(len({round(change, 4) for change in changes}), 4, effect.__name__)

    def test_an_occluder_is_one_rectangle_of_the_promised_size(self):
        for seed in range(20):
            covered = (colours.occlude(torch.full((1, 3, 48, 72), -1.), np.random.default_rng(seed))[0, 0] >= 0).numpy()
            rows, columns = np.flatnonzero(covered.any(1)), np.flatnonzero(covered.any(0))
            self.assertEqual(covered.sum(), (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1))
            self.assertTrue(5 <= len(rows) <= 17 and 7 <= len(columns) <= 25, (len(rows), len(columns)))

    def test_jpegs_loss_is_about_that_of_a_real_jpeg(self):
        grey = self.picture[:, 2:].round()
        _, data = cv2.imencode('.jpg', grey[0, 0].numpy().astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 30])
        real = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE).astype(np.float32)
        ours = colours.jpeg(grey, np.random.default_rng(0), quality=30)[0, 0].numpy()
        self.assertLess(np.abs(ours - real).mean(), 1)
        self.assertGreater(np.abs(real - grey[0, 0].numpy()).mean(), .5)

    def test_a_strength_out_of_range_is_refused(self):
        with self.assertRaisesRegex(ValueError, 'colours.jpeg is 2'):
            colours.Strengths(jpeg=2)


class Crops(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = context.write_coco(folder.name, pictures=2)
        self.canvas = Canvas(read_coco(path, os.path.join(folder.name, 'images'), Faults()), 96, 'cpu', Faults())

    def test_a_keypoint_lies_on_the_same_pixel_in_picture_and_crop(self):
        random = np.random.default_rng(3)
        checked = 0
        for _ in range(40):
            matrix, mirrored = crops.draw_transform(self.canvas, 0, 64, crops.Geometry(), random)
            self.canvas.pixels[0] = 0
            x, y = self.canvas.pictures[0].keypoints[0, 0, :2]
            self.canvas.pixels[0, round(float(y)) - 1:round(float(y)) + 2, round(float(x)) - 1:round(float(x)) + 2] = 255
            people, _ = crops.move_people(self.canvas, [0], [matrix], [mirrored], 64)
            nose = people[0, 0, 0]
            if nose[2] == 0 or not (4 < nose[0] < 60 and 4 < nose[1] < 60):
                continue
            crop = crops.cut(self.canvas, [0], [matrix], 64)[0, 0].clamp(min=0)
            total = crop.sum()
            cx, cy = (crop.sum(0) @ torch.arange(64.) / total).item(), (crop.sum(1) @ torch.arange(64.) / total).item()
            scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
            self.assertLess(np.hypot(cx - nose[0], cy - nose[1]), 1.2 * scale + 1)   # the dot was put on whole pixels
            checked += 1
        self.assertGreater(checked, 3)

    def test_a_finer_cut_shows_the_same_part(self):
        matrix, _ = crops.draw_transform(self.canvas, 0, 64, crops.Geometry(), np.random.default_rng(4))
        smooth = cv2.GaussianBlur(self.canvas.pixels[0].numpy(), (0, 0), 6)
        self.canvas.pixels[0] = torch.from_numpy(smooth)
        coarse, fine = (crops.cut(self.canvas, [0], [matrix], 64, s) for s in (1, 2))
        torch.testing.assert_close(torch.nn.functional.avg_pool2d(fine, 2), coarse, atol=12, rtol=0)

    def test_an_ignored_box_moves_with_the_picture(self):
        self.canvas.pictures[0].ignored = np.array([[10, 20, 30, 40]], np.float32)
        matrix = np.array([[2, 0, 5], [0, 2, 1]], np.float32)
        _, boxes = crops.move_people(self.canvas, [0], [matrix], [False], 64)
        self.assertEqual(boxes[0].tolist(), [[25, 41, 85, 121]])


class Averaging(unittest.TestCase):
    def test_mirrored_and_finer_maps_are_averaged_on_the_crops_own_cells(self):
        torch.manual_seed(9)
        net = PoseNet(context.TINY).eval()
        picture = torch.rand(1, 3, 64, 64) * 255
        plain = Teacher(net).maps(lambda scale: picture, 64, 8)
        torch.testing.assert_close(plain[0], net(normalise(picture))[-1][0])
        both = Teacher(net, [1., 1.5], mirror=True)
        asked = []

        def crop_at(scale):
            asked.append(scale)
            return torch.nn.functional.interpolate(picture, scale_factor=scale, mode='bilinear', align_corners=False)

        heat, paf = both.maps(crop_at, 64, 8)
        self.assertEqual(asked, [1., 1.5])
        self.assertEqual((heat.shape, paf.shape), ((1, 19, 8, 8), (1, 38, 8, 8)))
        asked.clear()
        drawn, random = Teacher(net, [1., 1.5], mirror=True, one_of=True), np.random.default_rng(1)
        seen = [drawn.maps(crop_at, 64, 8, random)[0] for _ in range(24)]
        self.assertEqual((len(asked), set(asked)), (24, {1., 1.5}))
        # Each is one of four; the mean of those is what is averaged without `one_of`.
        different = []
        for maps in seen:
            if not any(torch.allclose(maps, other, atol=1e-6) for other in different):
                different.append(maps)
        self.assertEqual(len(different), 4)
        torch.testing.assert_close(sum(different) / 4, heat)
        mirrored = both.maps(lambda scale: crop_at(scale).flip(3), 64, 8)
        from skeleton import mirror_heatmaps
        torch.testing.assert_close(mirror_heatmaps(mirrored[0]), heat, atol=1e-5, rtol=1e-4)

    def test_a_students_larger_cells_are_drawn_as_many_cells_wide(self):
        point = torch.zeros(1, 1, 18, 3)
        point[0, 0, 0] = torch.tensor([143.5, 143.5, 1])          # the middle of the crop of 288 px
        point[0, 0, 2] = torch.tensor([60., 143.5, 1])
        point[0, 0, 3] = torch.tensor([220., 143.5, 1])           # with the one before, a limb that lies flat
        fine, coarse = targets.draw(point, 36, 8)[:2], targets.draw(point, 24, 12)[:2]
        heat, paf = on_cells(*fine, 24)
        torch.testing.assert_close(heat[0, 0], coarse[0][0, 0], atol=.04, rtol=0)
        torch.testing.assert_close(heat[0, 18], coarse[0][0, 18], atol=.04, rtol=0)
        on = coarse[1][0].abs().sum((1, 2)).argmax()
        inside = slice(8, 16)   # along the limb, away from its ends
        self.assertAlmostEqual(paf[0, on, 12, inside].mean().item(), coarse[1][0, on, 12, inside].mean().item(), delta=.05)
        self.assertIs(on_cells(*fine, 36)[0], fine[0])
        self.assertEqual(on_cells(*fine, 72)[1].shape, (1, 38, 72, 72))

    def test_what_a_teacher_is_unsure_of_is_drawn_no_stronger_than_it_says(self):
        y, x = torch.meshgrid(torch.arange(40.), torch.arange(40.), indexing='ij')
        broad = .3 * torch.exp(-((x - 20) ** 2 + (y - 20) ** 2) / (2 * 4 ** 2))
        heat, paf = torch.zeros(1, 19, 40, 40), torch.zeros(1, 38, 40, 40)
        heat[0, 4], paf[0, 6] = broad, -broad
        for cells in (27, 16):
            wide, thick = on_cells(heat, paf, cells)
            self.assertAlmostEqual(wide[0, 4].max().item(), .3, delta=.01)
            self.assertAlmostEqual(thick[0, 6].min().item(), -.3, delta=.01)
            self.assertGreater(wide[0, 4].mean().item(), broad.mean().item())
            self.assertEqual(thick[0, 7].abs().max().item(), 0)


if __name__ == '__main__':
    unittest.main()
