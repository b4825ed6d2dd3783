"""Labelled pictures from files: COCO keypoint JSON, or the project's labels.jsonl. What is broken is counted and named."""
import json
import os
from dataclasses import dataclass, field

import numpy as np

from skeleton import COCO17, DOUBTFUL, KNOWN, UNKNOWN, to_coco18

# Confidences of the project's pseudo-labels: above 0.3 a keypoint is right in 96 of 100 cases; below 0.12 it says nothing.
_PSEUDO_KNOWN, _PSEUDO_DOUBTFUL = .3, .12
_COCO_PERSON = 1   # COCO's category_id of people


@dataclass
class Picture:
    """One picture's file and people. keypoints: K x 18 x (x, y, known), boxes: K x (x, y, w, h), ignored: boxes of people without usable labels. size_px: (width, height) that the labels belong to, or None."""
    file: str
    set: str
    keypoints: np.ndarray
    boxes: np.ndarray
    ignored: np.ndarray
    size_px: tuple = None


@dataclass
class Faults:
    """What could not be used, by kind, with the names."""
    found: dict = field(default_factory=dict)

    def add(self, kind, name):
        self.found.setdefault(kind, []).append(str(name))

    def lines(self, names=10):
        """One line a kind: how many, and the first names."""
        for kind, all_names in self.found.items():
            rest = f' and {len(all_names) - names} more' if len(all_names) > names else ''
            yield f'{len(all_names)} {kind}: {", ".join(all_names[:names])}{rest}'


def _size(record):
    """Width and height that a picture's labels state, or None."""
    return (record['width'], record['height']) if record.get('width') and record.get('height') else None


def _picture(file, set_name, people, ignored, size_px):
    return Picture(file, set_name, np.array([k for k, _ in people], np.float32).reshape(-1, 18, 3),
                   np.array([b for _, b in people], np.float32).reshape(-1, 4), np.array(ignored, np.float32).reshape(-1, 4), size_px)


def _person(categories, file):
    """The number of the category `person`: COCO's own where the file lists no categories. Another order of keypoints would be learnt in silence."""
    if not categories:
        return _COCO_PERSON
    person = next((c for c in categories if c.get('name') == 'person'), None)
    if person is None:
        raise ValueError(f'{file}: no category is called `person`, but {", ".join(str(c.get("name")) for c in categories)[:200]}; only people are learnt from')
    named = person.get('keypoints')
    if named and tuple(named) != COCO17:
        raise ValueError(f'{file}: the category `person` names other keypoints than COCO does, or in another order: {", ".join(map(str, named))[:200]}')
    return person['id']


def read_coco(file, images, faults):
    """COCO's person_keypoints form. Crowds and people without a labelled keypoint are ignored boxes; what is no person is left out."""
    with open(file, encoding='utf-8') as text:
        data = json.load(text)
    person = _person(data.get('categories'), file)
    names, sizes = {i['id']: i['file_name'] for i in data['images']}, {i['id']: _size(i) for i in data['images']}
    people, ignored = {i: [] for i in names}, {i: [] for i in names}
    for a in data['annotations']:
        if a.get('category_id', _COCO_PERSON) != person:
            faults.add('annotations of another category than `person`', a.get('id', '?'))
            continue
        if a['image_id'] not in names:
            faults.add('annotations without an image', a.get('id', '?'))
            continue
        points = np.asarray(a.get('keypoints') or [], np.float32)
        if points.size not in (0, 51):
            faults.add('annotations without 17 keypoints', a.get('id', '?'))
            points = np.zeros(0, np.float32)
        if points.size == 0 or a.get('iscrowd') or not (points.reshape(17, 3)[:, 2] > 0).any():
            ignored[a['image_id']].append(a['bbox'])
            continue
        points = points.reshape(17, 3)
        points[:, 2] = np.where(points[:, 2] > 0, KNOWN, UNKNOWN)
        people[a['image_id']].append((to_coco18(points), a['bbox']))
    name = os.path.basename(file)
    return [_picture(os.path.join(images, names[i]), name, people[i], ignored[i], sizes[i]) for i in names]


def read_jsonl(file, images, faults, without=()):
    """The project's own form: a picture a line, people of origin `coco`, `pseudo` (keypoints with a confidence) or `ignore`."""
    pictures = []
    with open(file, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
            except ValueError:
                faults.add('lines that are no JSON', f'{file}:{number}')
                continue
            if record['set'] in without:
                continue
            people, ignored = [], []
            for person in record['people']:
                if person['origin'] == 'ignore':
                    ignored.append(person['box'])
                    continue
                points = np.array(person['keypoints'], np.float32)
                limits = (_PSEUDO_KNOWN, _PSEUDO_DOUBTFUL) if person['origin'] == 'pseudo' else (0, 0)
                points[:, 2] = np.where(points[:, 2] > limits[0], KNOWN, np.where(points[:, 2] > limits[1], DOUBTFUL, UNKNOWN))
                people.append((to_coco18(points), person['box']))
            pictures.append(_picture(os.path.join(images, record['file']), record['set'], people, ignored, _size(record)))
    return pictures


def read_sets(sets, faults):
    """All sets of a configuration: a list of {"labels": file, "images": folder, "without": [names]}; a .jsonl is the project's form, else COCO."""
    pictures = []
    for one in sets:
        read = read_jsonl if one['labels'].endswith('.jsonl') else read_coco
        extra = {'without': one['without']} if one.get('without') else {}
        if extra and read is read_coco:
            raise ValueError(f"{one['labels']}: `without` names the sets of a labels.jsonl; COCO JSON has none")
        pictures += read(one['labels'], one['images'], faults, **extra)
    return pictures
