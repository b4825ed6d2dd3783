"""Labelled pictures from files: COCO keypoint JSON, or the project's labels.jsonl. What is broken is counted and named."""
import json
import os
from dataclasses import dataclass, field

import numpy as np

from files import read_json
from label_checks import BOX, ID, KEYPOINTS, LIST, NUMBERS, OBJECTS, REMEDY, TEXT, one_of, values
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
    number, named = values({'keypoints': [], **person}, f'{file}: the category `person`', id=ID, keypoints=LIST)
    if named and tuple(named) != COCO17:
        raise ValueError(f'{file}: the category `person` names other keypoints than COCO does, or in another order: {", ".join(map(str, named))[:200]}')
    return number


def read_coco(file, images, faults):
    """COCO's person_keypoints form. Crowds and people without a labelled keypoint are ignored boxes; what is no person is left out."""
    data = read_json(file)
    listed, annotations = values(data, file, images=OBJECTS, annotations=OBJECTS)
    person = _person(*values({'categories': [], **data}, file, categories=OBJECTS), file)
    named = [values(image, f'{file}: images[{i}]', id=ID, file_name=TEXT) for i, image in enumerate(listed)]
    people, ignored = ({number: [] for number, _ in named} for _ in range(2))
    if len(people) < len(named):
        raise ValueError(f'{file}: {len(named)} images have {len(people)} ids; each needs its own; {REMEDY}')
    for i, a in enumerate(annotations):
        number = a.get('id', '?')
        if a.get('category_id', _COCO_PERSON) != person:
            faults.add('annotations of another category than `person`', number)
            continue
        place = f'{file}: annotations[{i}] (id {number})'
        image, box, points = values({**a, 'keypoints': a.get('keypoints') or []}, place, image_id=ID, bbox=BOX, keypoints=NUMBERS)
        if image not in people:
            faults.add('annotations without an image', number)
            continue
        if len(points) not in (0, 51):
            faults.add('annotations without 17 keypoints', number)
        points = np.array(points if len(points) == 51 else [0] * 51, np.float32).reshape(17, 3)
        if a.get('iscrowd') or not (points[:, 2] > 0).any():
            ignored[image].append(box)
            continue
        points[:, 2] = np.where(points[:, 2] > 0, KNOWN, UNKNOWN)
        people[image].append((to_coco18(points), box))
    set_name = os.path.basename(file)
    return [_picture(os.path.join(images, name), set_name, people[number], ignored[number], _size(image)) for (number, name), image in zip(named, listed)]


def read_jsonl(file, images, faults, without=()):
    """The project's own form: a picture a line, people of origin `coco`, `pseudo` (keypoints with a confidence) or `ignore`."""
    pictures = []
    with open(file, 'rb') as lines:
        for number, line in enumerate(lines, 1):
            place = f'{file}:{number}'
            try:
                record = json.loads(line)
            except ValueError:   # of JSON or of UTF-8
                faults.add('lines that are no JSON', place)
                continue
            name, set_name, persons = values(record, place, file=TEXT, set=TEXT, people=LIST)
            if set_name in without:
                continue
            people, ignored = [], []
            for i, person in enumerate(persons):
                at = f'{place}: people[{i}]'
                origin, box = values(person, at, origin=one_of('coco', 'pseudo', 'ignore'), box=BOX)
                if origin == 'ignore':
                    ignored.append(box)
                    continue
                points = np.array(*values(person, at, keypoints=KEYPOINTS), np.float32)
                limits = (_PSEUDO_KNOWN, _PSEUDO_DOUBTFUL) if origin == 'pseudo' else (0, 0)
                points[:, 2] = np.where(points[:, 2] > limits[0], KNOWN, np.where(points[:, 2] > limits[1], DOUBTFUL, UNKNOWN))
                people.append((to_coco18(points), box))
            pictures.append(_picture(os.path.join(images, name), set_name, people, ignored, _size(record)))
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
