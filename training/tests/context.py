"""Lets the tests import the recipe's modules, and makes the small things that they train on."""
import json
import os
import sys

os.environ['OPENCV_LOG_LEVEL'] = 'OFF'   # it warns of the pictures that the tests break on purpose

import cv2
import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
torch.set_num_threads(1)   # the tests are tiny: threads would cost more than they save

TINY = {
    'backbone': [4, 8, 8, 8, 8, 8, 8], 'backbone_ranks': [0, 0, 0, 0, 0, 4, 4], 'context': 8, 'align_rank': 0, 'trunk_rank': 4, 'context_rank': 4,
    'initial': [8], 'initial_rank': 4, 'head': 8, 'refinement': [{'width': 8, 'blocks': 1, 'rank': 4}], 'activation': 'relu',
}
SMALL_TEACHER = {
    'backbone': [8, 8, 12, 12, 16, 16, 16, 16], 'backbone_ranks': [0] * 8, 'context': 12, 'initial': [12, 12, 12], 'head': 16,
    'refinement': [{'width': 12, 'blocks': 3, 'rank': 0}],
}


def standing(left, top, height):
    """17 COCO keypoints (x, y, v) of a stick person."""
    x = np.array([.5, .52, .48, .55, .45, .7, .3, .8, .2, .85, .15, .62, .38, .62, .38, .62, .38]) * height * .5 + left
    y = np.array([.05, .03, .03, .05, .05, .2, .2, .35, .35, .5, .5, .5, .5, .75, .75, 1, 1]) * height + top
    return np.stack([x, y, np.full(17, 2.)], 1)


def write_coco(folder, pictures=6, side=96):
    """A folder of small noisy pictures with a person in each, as COCO JSON; -> the path of the JSON."""
    os.makedirs(os.path.join(folder, 'images'), exist_ok=True)
    random = np.random.default_rng(1)
    images, annotations = [], []
    for i in range(pictures):
        name = f'{i}.png'
        cv2.imwrite(os.path.join(folder, 'images', name), random.integers(0, 255, (side, side, 3), np.uint8))
        images.append({'id': i, 'file_name': name, 'width': side, 'height': side})
        annotations.append({'id': i, 'image_id': i, 'category_id': 1, 'iscrowd': 0, 'bbox': [20, 10, 40, 80], 'area': 3200, 'num_keypoints': 17,
                            'keypoints': standing(20, 10, 80).reshape(-1).tolist()})
    path = os.path.join(folder, 'people.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({'images': images, 'annotations': annotations, 'categories': [{'id': 1, 'name': 'person'}]}, file)
    return path
