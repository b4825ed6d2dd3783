"""A student from the teacher: channels chosen by importance, then every layer refitted, from the first to the last.

Importance of a channel: its mean activation on real pictures times the norm of the weights that read it. Each layer is fitted to the teacher's
outputs from what the student feeds it, so that errors are corrected on the way instead of adding up. With the teacher's own widths
the student is the teacher.
"""
import torch
from torch.nn import functional as F

from equalise import equalise
from fit import RIDGE, apply, fit, train_pair
from network import HEATMAPS, PAFS, PoseNet, coarser

# The teacher's context trunk says nearly the same everywhere (8 components hold 99 % of it); fitted freely, it gets huge weights that training trips over.
_TRUNK_RIDGE = 3e-2


def prune(teacher, description, pictures, log=None):
    """teacher: a PoseNet without low-rank layers; description: the student's; pictures: N x 3 x H x W, normalised (64 are enough).

    A student whose stem strides further comes from its teacher made as coarse.
    log, if given, is called with a line for every layer: its name and the share of the variance that the fit leaves.
    """
    student = PoseNet(description)
    if student.stride_px != teacher.stride_px:
        teacher = coarser(teacher, student.description['stem_stride'])
    with torch.no_grad():
        return _Pruning(equalise(teacher.eval(), pictures), student, log or (lambda line: None)).run(pictures)


def _reads(layer):
    """Norm of the weights that read each input channel of a dense layer."""
    return layer.weight.flatten(2).norm(dim=2).norm(dim=0)


def _depthwise_norm(layer):
    return layer.weight.flatten(1).norm(dim=1)


def _most(score, count):
    """Indices of the `count` largest, in ascending order; all of them when the student is not narrower."""
    if count > len(score):
        raise ValueError(f'a student cannot be wider ({count}) than its teacher ({len(score)}) where it is pruned from it')
    return torch.sort(torch.topk(score, count).indices).values


def _activity(pre_activation):
    return pre_activation.clamp(min=0).mean((0, 2, 3))


class _Pruning:
    def __init__(self, teacher, student, log):
        self.t, self.s, self.d, self.log = teacher, student, student.description, log

    def run(self, pictures):
        self._features(*self._backbone(pictures))
        self._initial_stage()
        for stage, description in zip(self.s.refinement, self.d['refinement']):
            self._refinement_stage(stage, description)
        return self.s

    def _put(self, name, layer, source, channels, columns, x, wanted):
        """Fits `layer` to the teacher's `wanted` on `channels`, or copies the teacher's layer where the student's inputs are the teacher's own."""
        same = columns is not None and isinstance(layer, type(source)) and self.exact and layer.weight.shape == source.weight.shape
        if same:
            layer.load_state_dict(source.state_dict())
            self.log(f'{name}: copied')
            return apply(layer, x)
        self.exact = False
        ridge = _TRUNK_RIDGE if name.startswith(('enter', 'trunk')) else RIDGE
        out, left = fit(layer, x, wanted if channels is None else wanted[:, channels], ridge=ridge)
        self.log(f'{name}: {left:.3f} of the variance left')
        return out

    def _backbone(self, pictures):
        t, s, widths = self.t, self.s, self.d['backbone']
        self.exact = True
        wanted = apply(t.stem, pictures)
        keep = _most(_activity(wanted) * _depthwise_norm(t.depthwise[0]) * _reads(t.pointwise[0]), widths[0])
        xs, xt = F.relu(self._put('stem', s.stem, t.stem, keep, True, pictures, wanted)), F.relu(wanted)
        last = len(s.pointwise) - 1
        for j, (spatial, mixing) in enumerate(zip(t.depthwise, t.pointwise)):
            wanted = apply(spatial, xt)
            if j <= last:
                xs = F.relu(self._put(f'depthwise{j + 1}', s.depthwise[j], spatial, keep, True, xs, wanted))
            xt = F.relu(wanted)
            wanted = apply(mixing, xt)
            xt = F.relu(wanted)
            ends = j + 1 == len(t.pointwise)
            if j < last or (j == last and ends) or (ends and last < j):
                # A shallower backbone: its last pointwise layer stands in for all that the teacher has from there on.
                at = min(j, last)
                reader = _reads(t.align) if ends else _depthwise_norm(t.depthwise[j + 1]) * _reads(t.pointwise[j + 1])
                keep = _most(_activity(wanted) * reader, widths[at + 1])
                if at < j:
                    self.exact = False
                xs = F.relu(self._put(f'pointwise{at + 1}', s.pointwise[at], mixing, keep, True, xs, wanted))
        return xs, xt

    def _features(self, xs, xt):
        """Context block. The outputs of `align` and of the last trunk layer are added, so they share channels."""
        t, s, width = self.t, self.s, self.d['context']
        if type(s.activation) is not type(t.activation):
            self.exact = False
        elu = .05   # ELU lets through what lies below zero too: a channel that is never positive still counts

        def choose(pre, score):
            return _most((_activity(pre) + elu) * score, width)

        za = apply(t.align, xt)
        added = choose(za, _reads(t.enter) + _reads(t.context))
        at, as_ = t.activation(za), s.activation(self._put('align', s.align, t.align, added, True, xs, za))
        z = apply(t.enter, at)
        keep = choose(z, _depthwise_norm(t.trunk[0][0]) * _reads(t.trunk[0][1]))
        yt, ys = t.activation(z), s.activation(self._put('enter', s.enter, t.enter, keep, True, as_, z))
        for j in range(3):
            (spatial, mixing), (s_spatial, s_mixing) = t.trunk[j], s.trunk[j]
            z = apply(spatial, yt)
            ys, yt = s.activation(self._put(f'trunk{j}.depthwise', s_spatial, spatial, keep, True, ys, z)), t.activation(z)
            z = apply(mixing, yt)
            keep = added if j == 2 else choose(z, _depthwise_norm(t.trunk[j + 1][0]) * _reads(t.trunk[j + 1][1]))
            ys, yt = s.activation(self._put(f'trunk{j}.pointwise', s_mixing, mixing, keep, True, ys, z)), t.activation(z)
        z = apply(t.context, at + yt)
        first_block = t.refinement[0].blocks[0].enter
        self.kept_features = _most(_activity(z) * (_reads(t.initial[0]) + _reads(first_block)[HEATMAPS + PAFS:]), width)
        self.fs = F.relu(self._put('context', s.context, t.context, self.kept_features, True, as_ + ys, z))
        self.ft = F.relu(z)

    def _initial_stage(self):
        """Fewer layers than the teacher's: its last ones are kept, the first of them fitted across the gap."""
        t, s = self.t, self.s
        xs, xt, skip = self.fs, self.ft, len(t.initial) - len(s.initial)
        if skip:
            self.exact = False
        for j, layer in enumerate(t.initial):
            z = apply(layer, xt)
            reads = _reads(t.initial[j + 1]) if j + 1 < len(t.initial) else _reads(t.heads.heat[0]) + _reads(t.heads.paf[0])
            if j >= skip:
                keep = _most(_activity(z) * reads, self.d['initial'][j - skip])
                xs = F.relu(self._put(f'initial{j}', s.initial[j - skip], layer, keep, True, xs, z))
            xt = F.relu(z)
        self.outs, self.outt = self._heads('initial', s.heads, t.heads, self.d['head'], xs, xt)

    def _heads(self, name, s, t, width, xs, xt):
        student, teacher = {}, {}
        for kind in ('heat', 'paf'):
            hidden, last = getattr(t, kind)
            s_hidden, s_last = getattr(s, kind)
            z = apply(hidden, xt)
            keep = _most(_activity(z) * _reads(last), width)
            h = F.relu(self._put(f'{name}.{kind}0', s_hidden, hidden, keep, True, xs, z))
            teacher[kind] = apply(last, F.relu(z))
            student[kind] = self._put(f'{name}.{kind}1', s_last, last, None, True, h, teacher[kind])
            if len(keep) < len(z[0]):
                student[kind], left = train_pair(s_hidden, s_last, xs, teacher[kind])
                self.log(f'{name}.{kind}, both trained: {left:.3f} of the variance left')
        return student, teacher

    def _refinement_stage(self, s, description):
        """Every refinement stage starts from the teacher's first; fewer blocks: its first one and its last ones."""
        t, width = self.t.refinement[0], description['width']
        xs = torch.cat([self.outs['paf'], self.outs['heat'], self.fs], 1)
        xt = torch.cat([self.outt['paf'], self.outt['heat'], self.ft], 1)
        skip = len(t.blocks) - len(s.blocks)
        if skip:
            self.exact = False
        for j, block in enumerate(t.blocks):
            entered = apply(block.enter, xt)
            middle = apply(block.first, F.relu(entered))
            end = apply(block.second, F.relu(middle))
            xt = F.relu(entered) + F.relu(end)
            if 0 < j <= skip:
                continue
            mine = s.blocks[max(0, j - skip)]
            following = t.blocks[j + 1].enter if j + 1 < len(t.blocks) else None
            reads = _reads(following) if following is not None else _reads(t.heads.heat[0]) + _reads(t.heads.paf[0])
            added = _most((_activity(entered) + _activity(end)) * reads, width)
            inner = _most(_activity(middle) * _reads(block.second), width)
            name = f'refinement.block{j}'
            e = F.relu(self._put(name + '.enter', mine.enter, block.enter, added, True, xs, entered))
            m = F.relu(self._put(name + '.first', mine.first, block.first, inner, True, e, middle))
            xs = e + F.relu(self._put(name + '.second', mine.second, block.second, added, True, m, end))
        self.outs, self.outt = self._heads('refinement', s.heads, t.heads, width, xs, xt)
