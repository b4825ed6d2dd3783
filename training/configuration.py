"""A run's configuration: one JSON file a network, checked before anything starts. Paths in it are relative to the file."""
import json
import os
from dataclasses import dataclass, field, fields

from colours import Strengths
from crops import Geometry, sides
from files import read_json
from losses import Weights
from network import stride_px
from views import ViewGeometry


@dataclass
class TeacherConfig:
    file: str = ''                      # ONNX or .pt; empty: learn from labels alone
    scales: list = field(default_factory=lambda: [1.0])
    mirror: bool = False
    one_of: bool = False                # one of the scales and sides for every batch, not the mean of all
    share: list = field(default_factory=lambda: [.85, .7])   # of the teacher's maps in the target: at the start, at the end


@dataclass
class StoreConfig:
    folder: str = ''                    # with neither folder nor memory, every step cuts its crops anew
    memory: bool = False                # of the device, in place of a folder
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
    prune_from: str = ''                # what to prune, a file as of start; empty: the teacher
    start_pictures: int = 48            # crops to measure and fit on when pruned
    canvas_px: int = 384
    most_pictures: int = 0              # only the first of the sets; 0: all
    held_out: float = .02               # share of the pictures that are never trained on; their loss is in the log
    crop_px: object = 256               # the edge of a square, or [height, width]
    views: ViewGeometry = None          # crops are person views in place of what `geometry` says; {} for the defaults
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
    loss: Weights = field(default_factory=Weights)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES = {
    str: ('a text', lambda v: isinstance(v, str)), bool: ('true or false', lambda v: isinstance(v, bool)),
    int: ('a whole number', _is_whole_number), float: ('a number', _is_number), dict: ('an object', lambda v: isinstance(v, dict)),
    object: ('a whole number or [height, width]', lambda v: _is_whole_number(v) or isinstance(v, list) and len(v) == 2 and all(map(_is_whole_number, v))),
    list: ('a list', lambda v: isinstance(v, list)), tuple: ('a list', lambda v: isinstance(v, (list, tuple))),
}
_LEAST = {'start_pictures': 1, 'most_pictures': 0, 'canvas_px': 8, 'batch': 1, 'steps': 1, 'log_every': 1, 'save_every': 1, 'threads': 0, 'freeze_backbone': 0}
_SECTIONS = {'geometry': Geometry, 'views': ViewGeometry, 'colours': Strengths, 'teacher': TeacherConfig, 'store': StoreConfig, 'loss': Weights, 'optimiser': OptimiserConfig}


def read(file, overrides=()):
    """overrides: `key=value` or `section.key=value`, values as JSON (or plain text), from the command line."""
    data = read_json(file)
    try:
        configuration = parse(_overridden(data, overrides))
    except ValueError as fault:
        raise ValueError(f'{file}: {fault}; all keys and their defaults are in training/configuration.py') from fault
    return resolve(configuration, os.path.dirname(os.path.abspath(file)))


def _overridden(data, overrides):
    if not isinstance(data, dict):
        return data   # which parse refuses
    data = {key: value for key, value in data.items() if key != '$comment'}
    for override in overrides:
        path, _, value = override.partition('=')
        place = data
        *sections, key = path.split('.')
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                raise ValueError(f'--set {override}: `{section}` is no section')
        try:
            place[key] = json.loads(value)
        except ValueError:
            place[key] = value
    return data


def parse(data):
    """A Configuration of plain JSON data; every fault at once."""
    if not isinstance(data, dict):
        raise ValueError('configuration: it must be an object')
    faults, values = [], dict(data)
    for name in _SECTIONS:
        values[name] = None if name == 'views' and name not in values else _section(name, values.get(name, {}), faults)
    faults += _keys(Configuration, {k: v for k, v in values.items() if k not in _SECTIONS}, '')
    faults += [f'{k} is missing' for k in ('network', 'sets') if k not in values]
    faults += [f'{k} is {values[k]}; it must be {least} or more' for k, least in _LEAST.items() if _is_number(values.get(k)) and values[k] < least]
    if isinstance(values.get('sets'), list):
        faults += [fault for i, one in enumerate(values['sets']) for fault in _set(one, f'sets[{i}]')]
    net = values.get('network')
    cell = stride_px(net) if isinstance(net, dict) and _is_whole_number(net.get('stem_stride', 2)) and net.get('stem_stride', 2) > 0 else 1   # PoseNet refuses what else stands there
    if 'crop_px' in values and _TYPES[object][1](values['crop_px']) and any(side < 8 or side % cell for side in sides(values['crop_px'])):
        faults.append(f'crop_px is {values["crop_px"]}; it must be a multiple of {cell}, the cells of the network, and 8 or more')
    if values['store'] and values['store'].folder and values['store'].memory:
        faults.append('store.folder and store.memory are both given; crops are kept in one place')
    if values.get('start', 'prune') == 'prune' and values['teacher'] and not values['teacher'].file and not values.get('prune_from'):
        faults.append('start is `prune`, so teacher.file or prune_from must name the network to prune')
    if faults:
        raise ValueError('configuration: ' + '; '.join(faults))
    return Configuration(**values)


def _section(name, data, faults):
    """A section's object, or None when it has faults."""
    kind = _SECTIONS[name]
    found = _keys(kind, data, name + '.') if isinstance(data, dict) else [f'{name} must be an object']
    faults += found
    try:
        return None if found else kind(**data)
    except ValueError as fault:   # of a value's range
        faults.append(str(fault))
        return None


def _keys(kind, data, prefix):
    """Faults of unknown keys and of values of another type than the field's."""
    types = {f.name: f.type for f in fields(kind)}
    return [f'{prefix}{k} is not known' for k in data if k not in types] + [
        f'{prefix}{k} must be {_TYPES[types[k]][0]}, not {json.dumps(v)[:40]}' for k, v in data.items() if k in types and not _TYPES[types[k]][1](v)]


def _set(one, name):
    if not isinstance(one, dict):
        return [f'{name} must be an object']
    faults = [f'{name}.{k} is not known' for k in one if k not in ('labels', 'images', 'without')]
    faults += [f'{name}.{k} must be a text' for k in ('labels', 'images') if not isinstance(one.get(k), str)]
    if not isinstance(one.get('without', []), list):
        faults.append(f'{name}.without must be a list')
    return faults


def resolve(configuration, folder):
    """Paths relative to the configuration's folder become whole."""
    def whole(path):
        return path if not path or os.path.isabs(path) else os.path.normpath(os.path.join(folder, path))

    configuration.sets = [{**s, 'labels': whole(s['labels']), 'images': whole(s['images'])} for s in configuration.sets]
    configuration.teacher.file = whole(configuration.teacher.file)
    configuration.store.folder = whole(configuration.store.folder)
    configuration.prune_from = whole(configuration.prune_from)
    if configuration.start not in ('prune', 'random'):
        configuration.start = whole(configuration.start)
    return configuration
