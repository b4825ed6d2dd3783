"""Person views: where they lie, what is learnt on them, and how AP on them is measured."""
import json
import os
import tempfile
import unittest

import context
import cv2
import numpy as np
import torch

import average_precision
import crops
import decode
import measure
import targets
import views
from canvas import Canvas
from labels import Faults, read_coco
from network import PoseNet
from skeleton import to_coco18
from teacher import Teacher


def person(angle=0., height=60.):
    """18 keypoints of a stick person round (48, 48), leaning by `angle`, and its box."""
    points = to_coco18(context.standing(33, 18, height))
    points[:, :2] = (points[:, :2] - 48) @ views.rotation(angle).T + 48
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    return points, [*low, *(high - low)]


class Places(unittest.TestCase):
    def test_an_upright_persons_view_is_the_box_grown_to_three_by_four(self):
        points, box = person()
        centre, size, angle = views.place(points, box)
        self.assertEqual(angle, 0)
        matrix = views.matrix(centre, size, angle, 160, 120)
        corners = np.array([[box[0], box[1]], [box[0] + box[2], box[1] + box[3]]]) @ matrix[:, :2].T + matrix[:, 2]
        np.testing.assert_allclose(corners.mean(0), [59.5, 79.5], atol=1e-4)
        self.assertAlmostEqual(corners[1, 1] - corners[0, 1], 160 / views.GROWN, places=3)

    def test_a_lying_person_stands_in_the_view(self):
        for lean in (-1.5, 1.2, 3):
            points, box = person(lean)
            centre, size, angle = views.place(points, box)
            self.assertAlmostEqual(angle, lean, places=2)
            matrix = views.matrix(centre, size, angle, 240, 180)
            turned = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
            self.assertLess(turned[1, 1], turned[8, 1])
            self.assertLess(abs(turned[1, 0] - (turned[8, 0] + turned[11, 0]) / 2), 1)
            self.assertTrue((turned > 0).all() and (turned < [180, 240]).all())

    def test_a_view_shows_what_its_matrix_says(self):
        picture = np.zeros((96, 96, 3), np.uint8)
        picture[40, 30] = 255
        matrix = views.matrix(np.array([48., 48.]), np.array([30., 60.]), 1., 160, 120)
        seen = views.cut(cv2.GaussianBlur(picture, (0, 0), 1.5), matrix, 160, 120)[..., 0].astype(float)
        y, x = np.mgrid[:160, :120]
        np.testing.assert_allclose([(seen * x).sum() / seen.sum(), (seen * y).sum() / seen.sum()], matrix[:, :2] @ [30, 40] + matrix[:, 2], atol=.3)


class Samples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = context.write_coco(folder.name, pictures=3)
        self.canvas = Canvas(read_coco(path, os.path.join(folder.name, 'images'), Faults()), 96, 'cpu', Faults())

    def test_people_lie_in_their_views_mirrored_or_not_with_or_without_a_margin(self):
        geometry = views.ViewGeometry(place=0, scale=0, turn_radians=0, half=0, lost=0)
        for margin in (0, 16):
            size = [160 + margin, 120 + margin]
            indices, transforms, mirrored = geometry.draw(self.canvas, size, np.random.default_rng(1), 12, margin_px=margin)
            self.assertEqual(set(mirrored), {True, False})
            people, _ = crops.move_people(self.canvas, indices, transforms, mirrored, size)
            low, high = people[0, :, :, :2].amin(1), people[0, :, :, :2].amax(1)
            expected = torch.tensor([(119 + margin) / 2, (159 + margin) / 2]).expand(12, 2)
            torch.testing.assert_close((low + high) / 2, expected, atol=3, rtol=0)
            self.assertAlmostEqual((high - low)[:, 1].mean().item(), .97 * 160 / views.GROWN, delta=2)
            self.assertTrue((people[0, :, 2, 0] < people[0, :, 5, 0]).all())   # the right shoulder stays on the left of the picture: a mirrored person's sides change names

    def test_half_a_body_fills_its_view(self):
        geometry = views.ViewGeometry(place=0, scale=0, turn_radians=0, half=1, lost=0)
        indices, transforms, mirrored = geometry.draw(self.canvas, [160, 120], np.random.default_rng(1), 8)
        people, _ = crops.move_people(self.canvas, indices, transforms, mirrored, [160, 120], margin_px=500)
        self.assertGreater((people[0, :, :, 1].amax(1) - people[0, :, :, 1].amin(1)).min().item(), 180)   # two thirds more than a whole one, as far as its width allows

    def test_nobody_large_enough_is_said(self):
        with self.assertRaisesRegex(ValueError, 'views.least_px'):
            views.ViewGeometry(least_px=90).draw(self.canvas, [160, 120], np.random.default_rng(1), 1)

    def test_maps_of_a_rectangle_are_a_part_of_those_of_a_square(self):
        points = torch.zeros(1, 1, 18, 3)
        points[0, 0, 2], points[0, 0, 3] = torch.tensor([20., 30, 1]), torch.tensor([60., 90, 1])
        for square, part in zip(targets.draw(points, 16, 8), targets.draw(points, [16, 12], 8)):
            torch.testing.assert_close(square[..., :12], part)

    def test_a_teachers_maps_of_a_view_have_its_cells(self):
        torch.manual_seed(2)
        teacher, asked = Teacher(PoseNet(context.TINY), mirror=True), []

        def crop_at(scale):
            asked.append([round(120 * scale), round(90 * scale)])
            return torch.full((1, 3, *asked[-1]), 128.)

        heat, paf = teacher.maps(crop_at, [120, 90], 10)
        self.assertEqual(asked, [[128, 96]])   # the first size above whose sides are whole cells of 8 px
        self.assertEqual((heat.shape, paf.shape), ((1, 19, 12, 9), (1, 38, 12, 9)))


class Measuring(unittest.TestCase):
    def test_drawn_people_are_decoded_where_they_are(self):
        points, _ = person(height=80)
        points[:, :2] = (points[:, :2] - 20) * 1.5
        other = points.copy()
        other[:, 0] += 70
        heat, paf, _ = targets.draw(torch.from_numpy(np.stack([points, other])[:, None]), [20, 24], 8)
        found = decode.poses(heat[0].numpy(), paf[0].numpy())
        self.assertEqual(len(found), 2)
        for one in (points, other):
            nearest = min(np.abs((pose.points[:, :2] + .5) * 8 - .5 - one[:, :2]).max() for pose in found)
            self.assertLess(nearest, 3.5)   # eyes and nose lie within a cell of each other

    def test_ap_is_that_of_the_published_fixture_of_right_and_wrong(self):
        truth = {'keypoints': context.standing(20, 10, 80).reshape(-1).tolist(), 'num_keypoints': 17, 'iscrowd': 0, 'bbox': [20, 10, 40, 80], 'area': 3200}
        right = context.standing(20, 10, 80)[:, :2]
        self.assertAlmostEqual(average_precision.figures({1: [truth]}, {1: [(right, .5)]})[0], 100)
        self.assertAlmostEqual(average_precision.figures({1: [truth]}, {1: [(right, .5), (right + 500, .9)]})[0], 50, delta=.01)
        self.assertEqual(average_precision.figures({1: [truth]}, {})[0], 0)
        half = average_precision.figures({1: [truth], 2: [truth]}, {1: [(right, .5)]})[0]
        self.assertAlmostEqual(half, 100 * 51 / 101, places=3)

    def test_a_network_is_measured_on_the_views_of_a_coco_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = context.write_coco(folder, pictures=3)
            sample = measure.Views(file, os.path.join(folder, 'images'), 64, 48, jitter=0)
            self.assertEqual(sample.pixels.shape, (3, 3, 64, 48))
            self.assertEqual(len(measure.ap(PoseNet(context.TINY), sample)), 3)
            with open(file, encoding='utf-8') as text:
                people = json.load(text)['annotations']
            points = np.stack([to_coco18(a['keypoints']) for a in people])
            for b, (_, matrix, _) in enumerate(sample.at):
                points[b, :, :2] = points[b, :, :2] @ matrix[:, :2].T + matrix[:, 2]
            heat, paf, _ = targets.draw(torch.from_numpy(points[None].astype(np.float32)), [16, 12], 4)
            found = measure.detections(sample, heat.numpy(), paf.numpy(), 4)
            self.assertGreater(average_precision.figures(sample.people, found)[0], 70)   # what is drawn is what is measured; eyes and nose share cells


if __name__ == '__main__':
    unittest.main()
