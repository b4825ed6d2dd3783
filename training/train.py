"""Makes a small network of the OpenPose family: prunes a teacher, then trains on labels and the teacher's maps.

    python3 training/train.py training/configs/edgepose-s.json --out runs/S
    python3 training/train.py training/configs/edgepose-s.json --out runs/S --resume

A GPU is used when there is one. Progress counts in steps, so a run may be stopped, paused (kill -STOP) or killed at any time and goes on from its
last checkpoint to the same weights, bit for bit, that it would have reached undisturbed on the same machine.
"""
import argparse
import hashlib
import json
import os
import sys
import time

import numpy as np
import torch

import checkpoint
import configuration
import curves
import export
import optimiser
import run_log
import samples
import weights
from canvas import Canvas
from centring import Centring
from crops import sides
from files import whole
from labels import Faults, read_sets
from losses import exit_losses
from network import PoseNet, macs, parameters, stride_px
from prune import prune
from schedule import Ema, learning_rate
from teacher import Teacher

_SMOKE = ['most_pictures=40', 'steps=3', 'batch=2', 'start_pictures=4', 'log_every=1', 'save_every=2', 'held_out=0.2', 'store.folder=', 'store.memory=true', 'store.crops=4']
_MEASURED_PX = 368    # the papers' input, rounded up to what the network takes
_MEASURE_EVERY = 10   # steps between two looks at the mean inputs: they move slowly


def split(pictures, share, seed):
    """Pictures to train on, and those held out: every one by a number of its own, so that adding a set moves none across."""
    held = [samples.random_of(seed, *os.path.basename(p.file).encode()).random() < share for p in pictures]
    return [p for p, h in zip(pictures, held) if not h], [p for p, h in zip(pictures, held) if h]


def _digest(file):
    """SHA-256 of a file: labels and teachers are exchanged under the same name."""
    with open(file, 'rb') as data:
        return hashlib.sha256(data.read()).hexdigest()


class Run:
    """One training run in a folder: log.jsonl, state.pt, and where it ends or stops network.pt, NAME.onnx, NAME.json, curves.png."""

    def __init__(self, config, out, resume=False, say=print):
        self.c, self.out, self.say = config, out, say
        os.makedirs(out, exist_ok=True)
        if not resume:
            checkpoint.refuse_used(out)
            run_log.begin(out)
        self.device = 'cuda' if torch.cuda.is_available() else 'cpu'
        if config.bf16 and self.device == 'cpu' and 'AVX512' not in torch.__config__.show():
            config.bf16 = False
            say('bf16 is left out: on a processor without AVX-512 some of its gradients are wrong (torch 1.13)')
        torch.manual_seed(config.seed)
        if config.threads:
            torch.set_num_threads(config.threads)
        if self.device == 'cuda':
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
        self.step, self.left_out, self.ready = 0, 0, (None, None)
        self._read_data()
        self._make_network(checkpoint.load(out, self.device) if resume else None)

    def _read_data(self):
        c, faults = self.c, Faults()
        pictures = read_sets(c.sets, faults)
        train, held_out = split(pictures[:c.most_pictures or len(pictures)], c.held_out, c.seed)
        canvas = Canvas(train, c.canvas_px, self.device, faults)
        held_out = Canvas(held_out, c.canvas_px, self.device, faults) if held_out else None
        for line in faults.lines():
            self.say('left out: ' + line)
        with whole(os.path.join(self.out, 'left-out.json')) as file, open(file, 'w', encoding='utf-8') as text:
            json.dump(faults.found, text, indent=1)
        self.pictures = len(canvas)
        teacher = None
        if c.teacher.file:
            net = weights.load(c.teacher.file).to(self.device).to(memory_format=torch.channels_last)
            teacher = Teacher(net, c.teacher.scales, c.teacher.mirror, c.teacher.one_of, c.bf16 or None)
        arguments = (c.views or c.geometry, c.colours, c.crop_px, stride_px(c.network))
        if c.store.folder or c.store.memory:
            shown = {k: v for k, v in vars(c.teacher).items() if k != 'share'}
            identity = [c.sets, shown, c.canvas_px, c.held_out, [_digest(one['labels']) for one in c.sets], c.teacher.file and _digest(c.teacher.file)]
            self.samples = samples.StoredCrops(c.store.folder, canvas, *arguments, c.store.margin_cells, c.store.crops, c.seed, teacher, identity, self.say)
        else:
            self.samples = samples.FreshCrops(canvas, *arguments, c.seed, teacher)
        calm = type(c.colours)(**{name: 0. for name in vars(c.colours)})
        self.held_out = samples.FreshCrops(held_out, arguments[0], calm, *arguments[2:], c.seed, teacher) if held_out else None

    def _make_network(self, state):
        c = self.c
        if state:
            self.net = PoseNet(state['description'])
        elif c.start == 'prune':
            pictures = self.samples.batch(0, c.start_pictures).pictures.cpu().contiguous()
            self.net = prune(weights.load(c.prune_from or c.teacher.file), c.network, pictures, self.say)
        elif c.start == 'random':
            self.net = PoseNet(c.network)
        else:
            self.net = weights.load(c.start)
        if self.net.stride_px != stride_px(c.network):
            raise ValueError(f'{c.start}: a network with cells of {self.net.stride_px} px, where network.stem_stride says {stride_px(c.network)}; make them one')
        side = -(-_MEASURED_PX // self.net.stride_px) * self.net.stride_px
        self.say(f'{self.pictures} pictures; {parameters(self.net) / 1e6:.2f} M parameters, {macs(self.net, side, side) / 1e9:.3f} GMACs at {side}x{side}; '
                 f'{self.device}, {c.steps} steps of {c.batch} crops of {"x".join(map(str, sides(c.crop_px)))} px')
        self.net = self.net.to(self.device).to(memory_format=torch.channels_last).train()
        self.net.freeze(c.freeze_backbone)
        self.optimiser, self.centring = optimiser.make(self.net, c.optimiser), Centring(self.net)
        self.ema = Ema(self.net, c.optimiser.ema)
        if state:
            self.net.load_state_dict(state['weights'])
            self.optimiser.load_state_dict(state['optimiser'])
            self.ema.weights, self.centring.means, self.step = state['ema'], state['means'], state['step']
            self.left_out = state.get('left_out', 0)   # checkpoints of before 26 November 2026 have none
            run_log.cut_back(self.out, self.step)

    def save(self):
        checkpoint.save(self.out, description=self.net.description, weights=self.net.state_dict(), optimiser=self.optimiser.state_dict(),
                        ema=self.ema.weights, means=self.centring.means, step=self.step, left_out=self.left_out)

    def train(self, until=None):
        """Steps up to `until` (0: none; default: the configuration's end), with a checkpoint now and then and at the end."""
        c, losses, started, end = self.c, [], time.monotonic(), self.c.steps if until is None else min(until, self.c.steps)
        while self.step < end:
            losses.append(self._one_step())
            self.step += 1
            if self.step % c.log_every == 0 or self.step == end:
                self._log(np.mean([[x.item() for x in one] for one in losses], 0), len(losses) * c.batch / (time.monotonic() - started))
                losses, started = [], time.monotonic()
            if self.step % c.save_every == 0 and self.step < end:
                self.save()
        self.save()

    def _share(self):
        first, last = self.c.teacher.share
        return first + (last - first) * self.step / self.c.steps

    def _losses(self, net, sample):
        with torch.autocast(self.device, torch.bfloat16, enabled=self.c.bf16):
            exits = net(sample.pictures.contiguous(memory_format=torch.channels_last))
        return exit_losses(exits, sample.labels, sample.teacher, sample.mask, sample.doubt, self._share(), self.c.loss)

    def _batch(self):
        step, sample = self.ready
        return sample if step == self.step else self.samples.batch(self.step, self.c.batch)

    def _prepare(self):
        """The next step's batch, drawn and queued while a GPU still works on this one's gradients."""
        if self.device == 'cuda':
            self.ready = self.step + 1, self.samples.batch(self.step + 1, self.c.batch)

    def _one_step(self):
        o = self.c.optimiser
        self.rate = learning_rate(self.step, self.c.steps, o.peak, o.warm_up)
        optimiser.set_rate(self.optimiser, self.rate)
        self.centring.measuring = self.step % _MEASURE_EVERY == 0
        losses = self._losses(self.net, self._batch())
        self.optimiser.zero_grad(set_to_none=True)
        sum(losses).backward()
        self._prepare()
        self.centring.centre_gradients()
        # A step whose gradient is not finite is left out, and told.
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(self.net.parameters(), o.clip)):
            self.centring.step(self.optimiser)
            self.ema.update(self.net, self.step)
        else:
            self.left_out += 1
        return [loss.detach() for loss in losses]

    def _log(self, losses, per_second):
        if not np.isfinite(losses).all():
            raise FloatingPointError(f'the loss is not finite at step {self.step}; go on from the last checkpoint (--resume) with a smaller optimiser.peak')
        names = self.net.exit_names
        line = {'step': self.step, 'losses': {n: round(float(x), 4) for n, x in zip(names, losses)}, 'rate': self.rate, 'crops_per_second': round(per_second, 1)}
        if self.left_out:
            line['steps_left_out'] = self.left_out
        if self.held_out and self.step % self.c.save_every == 0:
            line['held_out'] = {n: round(x, 4) for n, x in zip(names, self.evaluate())}
        self.say(json.dumps(line))
        run_log.append(self.out, line)

    @torch.no_grad()
    def evaluate(self, batches=4):
        """Losses of the averaged weights on held-out pictures: the same crops every time."""
        net = self.averaged()
        sums = [[x.item() for x in self._losses(net, self.held_out.batch(i, self.c.batch))] for i in range(batches)]
        return np.mean(sums, 0).tolist()

    def averaged(self):
        """A copy of the network with the averaged weights: what is exported."""
        net = PoseNet(self.net.description).to(self.device).eval()
        net.load_state_dict(self.ema.weights)
        return net.to(memory_format=torch.channels_last)

    def finish(self):
        net = self.averaged().cpu().to(memory_format=torch.contiguous_format)
        weights.save(net, os.path.join(self.out, 'network.pt'))
        path = export.write(net, self.out, self.c.name, training=f'{self.step} steps of {self.c.batch} crops; see the card')
        return path, curves.draw(self.out)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configuration', help='JSON file; see training/configs')
    parser.add_argument('--out', required=True, help="the run's folder")
    parser.add_argument('--resume', action='store_true', help="go on from the folder's last checkpoint")
    parser.add_argument('--until', type=int, help='stop (resumably) after this step and export what there is; 0: the start alone, untrained')
    parser.add_argument('--smoke', action='store_true', help='three steps on a few pictures, to see within a minute that everything is in place')
    parser.add_argument('--set', action='append', default=[], metavar='KEY=VALUE', help='override the configuration: --set steps=2000 --set teacher.mirror=true')
    a = parser.parse_args(arguments)
    try:
        run = Run(configuration.read(a.configuration, [*a.set, *(_SMOKE if a.smoke else [])]), a.out, a.resume, say=lambda line: print(line, flush=True))
        run.train(a.until)
        print('written:', *(p for p in run.finish() if p))
        if run.step < run.c.steps:
            print(f'stopped at step {run.step} of {run.c.steps}; go on with --resume')
    except (ValueError, OSError, FloatingPointError) as fault:
        sys.exit(f'train.py: {fault}')


if __name__ == '__main__':
    main()
