"""Batches to learn from. `FreshCrops` cuts every crop anew; `StoredCrops` cuts a number of them once and keeps them with the teacher's maps.

A batch depends on the seed and the step alone, so a run that was interrupted sees what it would have seen. Stored crops spare the teacher:
it costs more than the student. They are kept a few cells larger than needed and moved by whole cells and mirrored, which is exact for maps.
"""
import hashlib
import json
import math
import os
from dataclasses import dataclass

import numpy as np
import torch

import crops
import targets
from colours import change
from files import read_json, whole
from skeleton import DOUBTS, HEATMAPS, PAFS, mirror_doubt, mirror_heatmaps, mirror_pafs
from teacher import normalise


_AT_ONCE = {'cpu': 8, 'cuda': 64}   # crops that are made together
_SAVE_EVERY = 20                    # times before what is done is noted


@dataclass
class Sample:
    """pictures: B x 3 x S x S, normalised; labels and teacher: (heatmaps, PAFs) on S / stride_px cells, teacher may be None; mask: B x 1; doubt: B x 37."""
    pictures: torch.Tensor
    labels: tuple
    teacher: tuple
    mask: torch.Tensor
    doubt: torch.Tensor


def random_of(seed, *place):
    """A generator that depends on the seed and the place (step, crop) alone."""
    return np.random.default_rng([seed, *place])


def _labelled_crops(canvas, geometry, size_px, stride_px, random, count, teacher, **margin):
    """Pictures B x 3 x S x S (0..255), labels, teacher's maps, mask, doubt of newly drawn crops."""
    indices, transforms, mirrored = geometry.draw(canvas, size_px, random, count, **margin)
    people, ignored = crops.move_people(canvas, indices, transforms, mirrored, size_px)
    heat, paf, doubt = targets.draw(people, [side // stride_px for side in crops.sides(size_px)], stride_px)
    maps = teacher.maps(lambda scale: crops.cut(canvas, indices, transforms, size_px, scale), size_px, stride_px, random) if teacher else None
    return crops.cut(canvas, indices, transforms, size_px), (heat, paf), maps, targets.mask(ignored, heat, paf, stride_px), doubt


class _Folder:
    """Arrays in the files of a folder: how far they are filled, and with whose crops."""

    def __init__(self, folder, key):
        self.folder, self.key, self.done, self.files = folder, key, 0, []
        self.path = os.path.join(folder, 'index.json')
        os.makedirs(folder, exist_ok=True)
        if os.path.exists(self.path):
            index = read_json(self.path, f'the store is damaged, delete {folder}')
            if index['key'] != key:
                raise ValueError(f'{folder} holds crops of another configuration; give store.folder another name or delete it')
            self.done = index['done']

    def array(self, name, kind, shape):
        """A tensor that lies in the folder's file of that name."""
        path = os.path.join(self.folder, name + '.bin')
        file_kind = np.dtype(str(kind).removeprefix('torch.'))
        wanted, found = math.prod(shape) * file_kind.itemsize, os.path.getsize(path) if os.path.exists(path) else 0
        if self.done and found != wanted:
            raise ValueError(f"{path} has {found:,} bytes where {wanted:,} were written: the store is damaged, delete its folder")
        self.files.append(np.memmap(path, file_kind, 'r+' if self.done else 'w+', shape=shape))
        return torch.from_numpy(self.files[-1])

    def save(self):
        for file in self.files:
            file.flush()
        with whole(self.path) as beside, open(beside, 'w', encoding='utf-8') as text:
            json.dump({'key': self.key, 'done': self.done}, text)


class _Memory:
    """Arrays in the device's memory, which every run fills from the beginning."""

    def __init__(self, device):
        self.device, self.done = device, 0

    def array(self, _, kind, shape):
        return torch.empty(shape, dtype=kind, device=self.device)

    def save(self):
        """Nothing outlives the run."""


class FreshCrops:
    """Every step cuts new crops and asks the teacher anew: no crop comes twice, and the teacher costs more than the student."""

    def __init__(self, canvas, geometry, strengths, size_px, stride_px, seed, teacher):
        self.canvas, self.geometry, self.strengths, self.seed, self.teacher = canvas, geometry, strengths, seed, teacher
        self.size_px, self.stride_px = size_px, stride_px

    def batch(self, step, count):
        random = random_of(self.seed, step)
        pictures, labels, maps, mask, doubt = _labelled_crops(self.canvas, self.geometry, self.size_px, self.stride_px, random, count, self.teacher)
        return Sample(normalise(change(pictures, self.strengths, random)), labels, maps, mask, doubt)


class StoredCrops:
    """`count` crops with labels and teacher's maps, made once: in a folder (and gone on with where it was interrupted), or in the device's memory, which a run that goes on fills again."""

    _MAPS = HEATMAPS + PAFS
    _LABELS = HEATMAPS + PAFS + DOUBTS + 1   # heatmaps, PAFs, doubt, mask; as int8, 127 = 1

    def __init__(self, folder, canvas, geometry, strengths, size_px, stride_px, margin_cells, count, seed, teacher, identity, log=print):
        self.strengths, self.size_px, self.stride_px, self.margin, self.seed, self.count = strengths, size_px, stride_px, margin_cells, seed, count
        outer, self.teacher, self.device = [side + margin_cells * stride_px for side in crops.sides(size_px)], teacher, canvas.pixels.device
        cells = [side // stride_px for side in outer]
        key = hashlib.sha256(json.dumps([identity, vars(geometry), size_px, stride_px, margin_cells, count, seed, len(canvas), self._LABELS], sort_keys=True).encode()).hexdigest()
        place = _Folder(folder, key) if folder else _Memory(self.device)
        shapes = {'pictures': (torch.uint8, 3), 'teacher': (torch.float16, self._MAPS), 'labels': (torch.int8, self._LABELS)}
        self.arrays = {}
        for name, (kind, channels) in shapes.items():
            if name != 'teacher' or teacher:
                shape = (count, *(outer if name == 'pictures' else cells), channels)
                self.arrays[name] = place.array(name, kind, shape)
        at_once = _AT_ONCE[self.device.type]
        while place.done < count:
            first = place.done
            many = min(at_once, count - first)
            self._fill(first, _labelled_crops(canvas, geometry, outer, stride_px, random_of(seed, 1, first), many, teacher, margin_px=margin_cells * stride_px))
            place.done = first + many
            if place.done == count or place.done % (_SAVE_EVERY * at_once) == 0:
                place.save()
                log(f'crops: {place.done} of {count}')

    def _fill(self, first, made):
        pictures, labels, maps, mask, doubt = made

        def put(name, values, kind):
            self.arrays[name][first:first + len(values)] = values.permute(0, 2, 3, 1).to(kind).to(self.arrays[name].device)

        put('pictures', pictures.round().clamp(0, 255), torch.uint8)
        if maps:
            put('teacher', torch.cat(maps, 1), torch.float16)
        put('labels', (torch.cat([*labels, doubt, mask], 1) * 127).round().clamp(-127, 127), torch.int8)

    def batch(self, step, count):
        random = random_of(self.seed, 2, step)
        (rows, columns), taken = (side // self.stride_px for side in crops.sides(self.size_px)), {name: [] for name in self.arrays}
        for i in random.integers(0, self.count, count):
            y, x = random.integers(0, self.margin + 1, 2)
            for name, array in self.arrays.items():
                unit = self.stride_px if name == 'pictures' else 1
                taken[name].append(array[i, y * unit:(y + rows) * unit, x * unit:(x + columns) * unit])
        tensors = {name: torch.stack(parts).to(self.device).permute(0, 3, 1, 2).float() for name, parts in taken.items()}
        labels = tensors['labels'] / 127
        heat, paf, doubt, mask = labels.split([HEATMAPS, PAFS, DOUBTS, 1], 1)
        maps = tensors['teacher'].split([HEATMAPS, PAFS], 1) if self.teacher else None
        pictures = tensors['pictures']
        if random.random() < .5:
            pictures, heat, paf = pictures.flip(3), mirror_heatmaps(heat), mirror_pafs(paf)
            doubt, mask = mirror_doubt(doubt), mask.flip(3)
            maps = (mirror_heatmaps(maps[0]), mirror_pafs(maps[1])) if maps else None
        return Sample(normalise(change(pictures, self.strengths, random)), (heat, paf), maps, mask, doubt)
