"""AP of a network on person views, with places from the labels: what a tracker that is 5 % wrong would cut out.

    python3 training/measure.py models/edgepose-n.onnx --annotations person_keypoints.json --images FOLDER --size 240x180

The pose that fits the label's place best is the person's; one detection a view. `edgepose model eval --views labels` measures the same of any network in the
daemon's own code, and is what is published; this one is for the curve of a run.
"""
import argparse
import json
import os
import sys

import cv2
import numpy as np
import torch

import average_precision
import checkpoint
import decode
import views
import weights
from skeleton import COCO17, KEYPOINTS, to_coco18
from teacher import normalise

_AT_ONCE = 32
_TO_COCO17 = [KEYPOINTS.index(name) for name in COCO17]


class Views:
    """The view of every labelled person of a COCO file: pixels N x 3 x H x W (BGR, uint8), and the way back."""

    def __init__(self, annotations, images, height_px, width_px, jitter=.05, seed=1, limit=None):
        with open(annotations, encoding='utf-8') as text:
            data = json.load(text)
        self.listed, random = data['images'][:limit], np.random.default_rng(seed)
        people = {image['id']: [] for image in self.listed}
        for a in data['annotations']:
            if a['image_id'] in people:
                people[a['image_id']].append(a)
        self.people, self.at, pixels = people, [], []
        for image in self.listed:
            picture = cv2.imread(os.path.join(images, image['file_name']), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError(f"{image['file_name']} cannot be read; name its folder with --images")
            for a in people[image['id']]:
                if a['iscrowd'] or not a['num_keypoints']:
                    continue
                points = to_coco18(a['keypoints'])
                centre, size, angle = views.place(points, a['bbox'])
                centre, size = views.jittered(centre, size, random, jitter)
                matrix = views.matrix(centre, size, angle, height_px, width_px)
                pixels.append(views.cut(picture, matrix, height_px, width_px))
                self.at.append((image['id'], matrix, size))
        self.pixels = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2)
        self.height_px, self.width_px = height_px, width_px


@torch.no_grad()
def maps_of(net, pixels):
    """Heatmaps and PAFs of a network's deepest exit, N x 19 and N x 38."""
    found = [net(normalise(some.float()).contiguous(memory_format=torch.channels_last))[-1] for some in pixels.split(_AT_ONCE)]
    return [torch.cat([one[k].float() for one in found]).contiguous().numpy() for k in (0, 1)]


def detections(sample, heat, paf, stride_px):
    """{picture: [(17 x 2 points, score)]}: of each view the pose that lies best in the place that was asked for."""
    out = {}
    for (picture, matrix, size), h, p in zip(sample.at, heat, paf):
        scale = np.hypot(*matrix[0, :2])
        middle, half = np.array([sample.width_px - 1, sample.height_px - 1]) / 2, np.array(size) * scale / 2
        best = max(((_fit(pose, stride_px, middle - half, middle + half), pose) for pose in decode.poses(h, p)), key=lambda one: one[0], default=(0, None))
        if best[0] > 0:
            points, known = best[1].points[_TO_COCO17], best[1].points[_TO_COCO17, 2] > 0
            if not known.any():
                continue
            at = ((points[:, :2] + .5) * stride_px - .5 - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
            at[~known] = at[known].mean(0)
            out.setdefault(picture, []).append((at, best[1].score))
    return out


def _fit(pose, stride_px, low, high):
    """Overlap (intersection over union) of the box round a pose's keypoints with the place."""
    points = (pose.points[pose.points[:, 2] > 0, :2] + .5) * stride_px - .5
    mine, its = points.min(0), points.max(0)
    shared = np.prod(np.maximum(0, np.minimum(its, high) - np.maximum(mine, low)))
    return shared / max(1e-9, np.prod(its - mine) + np.prod(high - low) - shared)


def ap(net, sample):
    """AP, AP50, AP75 of a network on the views."""
    was = net.training
    heat, paf = maps_of(net.eval(), sample.pixels)
    net.train(was)
    return average_precision.figures(sample.people, detections(sample, heat, paf, net.stride_px))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('network', nargs='+', help="files as train.py starts from, or folders of runs: their last checkpoint's averaged weights")
    parser.add_argument('--annotations', required=True)
    parser.add_argument('--images', required=True)
    parser.add_argument('--size', default='240x180', help='height x width of a view')
    parser.add_argument('--jitter', type=float, default=.05)
    parser.add_argument('--limit', type=int, help='the first pictures alone')
    a = parser.parse_args()
    try:
        sample = Views(a.annotations, a.images, *map(int, a.size.split('x')), a.jitter, limit=a.limit)
        for file in a.network:
            print(f'{file} {a.size}, {len(sample.at)} people: AP {{:.1f}} AP50 {{:.1f}} AP75 {{:.1f}}'.format(*ap((checkpoint.averaged if os.path.isdir(file) else weights.load)(file).to(memory_format=torch.channels_last), sample)))
    except (ValueError, OSError) as fault:
        sys.exit(f'measure.py: {fault}')


if __name__ == '__main__':
    main()
