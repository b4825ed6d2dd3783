"""A run's configuration: one JSON file a network, checked before anything starts. Paths in it are relative to the file."""
import json
import os
from dataclasses import dataclass, field, fields

from colours import Strengths
from crops import Geometry


@dataclass
class TeacherConfig:
    file: str = ''                      # ONNX or .pt; empty: learn from labels alone
    scales: list = field(default_factory=lambda: [1.0])
    mirror: bool = False
    share: list = field(default_factory=lambda: [.85, .7])   # of the teacher's maps in the target: at the start, at the end


@dataclass
class StoreConfig:
    folder: str = ''                    # empty: cut every crop anew
    crops: int = 10000
    margin_cells: int = 4


@dataclass
class OptimiserConfig:
    peak: float = 6e-4                  # of the learning rate; relative to each tensor's own size when `relative`
    relative: bool = True
    weight_decay: float = 1e-4
    betas: list = field(default_factory=lambda: [.9, .99])
    warm_up: int = 200                  # steps
    clip: float = 5.0                   # of the gradient's norm
    ema: float = .9985


@dataclass
class Configuration:
    network: dict                       # the keys of network.TEACHER that differ from it
    sets: list                          # see labels.read_sets
    name: str = 'network'
    start: str = 'prune'                # `prune` the teacher, `random`, or a file (.onnx that export.py wrote, .pt)
    start_pictures: int = 48            # crops to measure and fit on when pruned
    canvas_px: int = 384
    held_out: float = .02               # share of the pictures that are never trained on; their loss is in the log
    crop_px: int = 256
    batch: int = 16
    steps: int = 10000
    seed: int = 0
    bf16: bool = True
    threads: int = 0                    # CPU threads; 0: all
    freeze_backbone: int = 0            # this many leading layers keep their weights (each: depthwise and pointwise; the first adds the stem)
    log_every: int = 50
    save_every: int = 250
    geometry: Geometry = field(default_factory=Geometry)
    colours: Strengths = field(default_factory=Strengths)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)


_SECTIONS = {'geometry': Geometry, 'colours': Strengths, 'teacher': TeacherConfig, 'store': StoreConfig, 'optimiser': OptimiserConfig}


def read(file, overrides=()):
    """overrides: `key=value` or `section.key=value`, values as JSON (or plain text), from the command line."""
    with open(file, encoding='utf-8') as text:
        data = json.load(text)
    for override in overrides:
        path, _, value = override.partition('=')
        place = data
        *sections, key = path.split('.')
        for section in sections:
            place = place.setdefault(section, {})
        try:
            place[key] = json.loads(value)
        except ValueError:
            place[key] = value
    data.pop('$comment', None)
    return resolve(parse(data), os.path.dirname(os.path.abspath(file)))


def parse(data):
    """A Configuration of plain JSON data; every fault at once."""
    faults = []
    values = dict(data)
    for name, kind in _SECTIONS.items():
        section = values.get(name, {})
        faults += [f'{name}.{k} is not known' for k in section if k not in {f.name for f in fields(kind)}]
        if not faults:
            values[name] = kind(**section)
    known = {f.name for f in fields(Configuration)}
    faults += [f'{k} is not known' for k in values if k not in known]
    faults += [f'{k} is missing' for k in ('network', 'sets') if k not in values]
    if values.get('crop_px', 256) % 8:
        faults.append(f'crop_px is {values["crop_px"]}; it must be a multiple of 8')
    if values.get('start', 'prune') == 'prune' and not values.get('teacher', {}):
        faults.append('start is `prune`, so teacher.file must name the network to prune')
    if faults:
        raise ValueError('configuration: ' + '; '.join(faults))
    return Configuration(**values)


def resolve(configuration, folder):
    """Paths relative to the configuration's folder become whole."""
    def whole(path):
        return path if not path or os.path.isabs(path) else os.path.normpath(os.path.join(folder, path))

    configuration.sets = [{**s, 'labels': whole(s['labels']), 'images': whole(s['images'])} for s in configuration.sets]
    configuration.teacher.file = whole(configuration.teacher.file)
    configuration.store.folder = whole(configuration.store.folder)
    if configuration.start not in ('prune', 'random'):
        configuration.start = whole(configuration.start)
    return configuration
