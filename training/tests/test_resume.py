"""A run that is interrupted and resumed ends with the weights of one that was not, bit for bit."""
import contextlib
import io
import json
import multiprocessing
import os
import signal
import tempfile
import unittest
from unittest import mock

import context
import torch

import checkpoint
import configuration
import run_log
import train
from network import PoseNet
from train import Run
import weights


def plain_settings(folder, **more):
    labels = context.write_coco(folder)
    return {
        'network': context.TINY, 'sets': [{'labels': labels, 'images': os.path.join(folder, 'images')}], 'start': 'random', 'name': 'tiny',
        'canvas_px': 96, 'crop_px': 64, 'batch': 2, 'steps': 8, 'held_out': .3, 'log_every': 2, 'save_every': 4, 'bf16': False,
        'optimiser': {'warm_up': 2}, **more}


def settings(folder, **more):
    return configuration.parse(plain_settings(folder, **more))


def teacher_file(folder):
    """A small teacher of random weights; -> its path."""
    torch.manual_seed(1)
    file = os.path.join(folder, 'teacher.pt')
    weights.save(PoseNet(context.SMALL_TEACHER), file)
    return file


def quiet(_):
    pass


def train_until_killed(folder, step):
    """Trains in a process that dies by SIGKILL as it tells of `step`, before that is in the log."""
    def say(line):
        if line.startswith(f'{{"step": {step},'):
            os.kill(os.getpid(), signal.SIGKILL)
    Run(settings(folder, log_every=1), os.path.join(folder, 'parts'), say=say).train()


class Resume(unittest.TestCase):
    def same(self, one, two):
        for name, value in one.net.state_dict().items():
            self.assertTrue(torch.equal(value, two.net.state_dict()[name]), name)
            self.assertTrue(torch.equal(one.ema.weights[name], two.ema.weights[name]), name)

    def compare(self, until=3, **more):
        with tempfile.TemporaryDirectory() as folder:
            whole = Run(settings(folder, **more), os.path.join(folder, 'whole'), say=quiet)
            whole.train()
            first = Run(settings(folder, **more), os.path.join(folder, 'parts'), say=quiet)
            first.train(until)
            second = Run(settings(folder, **more), os.path.join(folder, 'parts'), resume=True, say=quiet)
            self.assertEqual(second.step, until)
            second.train()
            self.same(whole, second)
            return whole

    def test_fresh_crops_with_labels_alone(self):
        run = self.compare()
        self.assertEqual(run.step, 8)

    def test_a_checkpoint_is_a_network_that_can_be_measured_and_exported_while_the_run_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Run(settings(folder), os.path.join(folder, 'run'), say=quiet)
            run.train(3)
            for name, value in checkpoint.averaged(run.out).state_dict().items():
                self.assertTrue(torch.equal(value, run.ema.weights[name]), name)

    def test_stored_crops_with_a_teacher_and_half_precision(self):
        with tempfile.TemporaryDirectory() as folder:
            file = teacher_file(folder)
            self.compare(bf16=True, teacher={'file': file, 'scales': [1., 1.5], 'mirror': True},
                         store={'folder': os.path.join(folder, 'crops'), 'crops': 6, 'margin_cells': 2}, freeze_backbone=2)

    def test_stored_crops_of_larger_cells_with_a_teacher_of_smaller_ones(self):
        with tempfile.TemporaryDirectory() as folder:
            file = teacher_file(folder)
            run = self.compare(network={**context.SMALL_TEACHER, 'stem_stride': 3}, start='prune', crop_px=60, teacher={'file': file},
                               store={'folder': os.path.join(folder, 'crops'), 'crops': 6, 'margin_cells': 1})
            self.assertEqual(run.samples.batch(0, 2).teacher[0].shape, (2, 19, 5, 5))

    def test_half_precision_is_left_out_on_a_processor_that_gets_it_wrong(self):
        for capability, kept in (('AVX2', False), ('AVX512', True)):
            with tempfile.TemporaryDirectory() as folder, mock.patch('torch.__config__.show', lambda: f'CPU capability usage: {capability}'):
                said = []
                run = Run(settings(folder, bf16=True), os.path.join(folder, 'run'), say=said.append)
                self.assertEqual((run.c.bf16, any('bf16' in line for line in said)), (kept, not kept))

    def test_person_views_fresh_and_stored(self):
        self.compare(crop_px=[64, 48], views={})
        with tempfile.TemporaryDirectory() as folder:
            run = self.compare(crop_px=[64, 48], views={}, teacher={'file': teacher_file(folder)}, store={'folder': os.path.join(folder, 'views'), 'crops': 6, 'margin_cells': 2})
            self.assertEqual(run.samples.batch(0, 2).pictures.shape, (2, 3, 64, 48))
            self.assertEqual(run.samples.batch(0, 2).teacher[1].shape, (2, 38, 8, 6))
            self.compare(crop_px=[64, 48], views={}, teacher={'file': teacher_file(folder)}, network=context.SMALL_TEACHER, start='prune', start_pictures=4)   # fitted on views

    def test_a_smoke_run_takes_a_minute_and_leaves_what_a_long_one_leaves(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, 'tiny.json')
            with open(file, 'w', encoding='utf-8') as text:
                json.dump(plain_settings(folder, crop_px=[64, 48], views={}, steps=10 ** 6), text)
            out = os.path.join(folder, 'run')
            with contextlib.redirect_stdout(io.StringIO()):
                train.main([file, '--out', out, '--smoke'])
            self.assertLessEqual({'tiny.onnx', 'tiny.json', 'network.pt', 'state.pt', 'log.jsonl'}, set(os.listdir(out)))
            self.assertEqual(run_log.read(out)[-1]['step'], 3)

    def test_crops_in_memory_are_those_of_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            file = teacher_file(folder)
            store = {'crops': 6, 'margin_cells': 2}
            places = {'folder': os.path.join(folder, 'crops')}, {'memory': True}
            runs = [Run(settings(folder, teacher={'file': file}, store={**store, **place}), os.path.join(folder, 'run'), say=quiet) for place in places]
            one, two = (run.samples.batch(3, 4) for run in runs)
            for a, b in zip((one.pictures, *one.labels, *one.teacher, one.mask, one.doubt), (two.pictures, *two.labels, *two.teacher, two.mask, two.doubt)):
                self.assertTrue(torch.equal(a, b))
            with self.assertRaisesRegex(ValueError, 'store.folder and store.memory'):
                settings(folder, store={'folder': 'x', 'memory': True})

    def test_a_run_on_crops_in_memory_goes_on_as_one_on_a_folders(self):
        self.compare(store={'memory': True, 'crops': 6, 'margin_cells': 2})

    def test_a_run_that_is_killed_between_two_checkpoints_ends_with_the_weights_and_the_log_of_one_that_was_not(self):
        with tempfile.TemporaryDirectory() as folder:
            whole = Run(settings(folder, log_every=1), os.path.join(folder, 'whole'), say=quiet)
            whole.train()
            killed = multiprocessing.get_context('spawn').Process(target=train_until_killed, args=(folder, 7))
            killed.start()
            killed.join()
            self.assertEqual(killed.exitcode, -signal.SIGKILL)
            parts = os.path.join(folder, 'parts')
            self.assertEqual([line['step'] for line in run_log.read(parts)], [1, 2, 3, 4, 5, 6])
            with open(os.path.join(parts, 'log.jsonl'), 'a', encoding='utf-8') as log:
                log.write('{"step": 7, "los')   # as a power cut may leave it
            resumed = Run(settings(folder, log_every=1), parts, resume=True, say=quiet)
            self.assertEqual(resumed.step, 4)
            resumed.train()
            self.same(whole, resumed)

            def told(out):
                return [{key: value for key, value in line.items() if key != 'crops_per_second'} for line in run_log.read(out)]
            self.assertEqual(told(parts), told(os.path.join(folder, 'whole')))
            self.assertEqual([line['step'] for line in told(parts)], list(range(1, 9)))

    def test_a_run_that_stops_before_its_first_step_leaves_its_start_as_network_and_onnx_and_goes_on_from_it(self):
        with tempfile.TemporaryDirectory() as folder:
            file, out, path = teacher_file(folder), os.path.join(folder, 'start'), os.path.join(folder, 'run.json')
            start = {'network': context.SMALL_TEACHER, 'start': 'prune', 'teacher': {'file': file}}
            with open(path, 'w', encoding='utf-8') as text:
                json.dump(plain_settings(folder, **start), text)
            with mock.patch('builtins.print') as said:
                train.main([path, '--out', out, '--until', '0'])
            self.assertEqual(said.call_args.args, ('stopped at step 0 of 8; go on with --resume',))
            self.assertEqual(run_log.read(out), [])
            picture = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(2))
            for name in ('network.pt', 'tiny.onnx'):
                with torch.no_grad():   # pruned to its own widths, a teacher says what it said
                    torch.testing.assert_close(weights.load(os.path.join(out, name))(picture), weights.load(file)(picture), atol=1e-4, rtol=1e-3)
            self.compare(until=0, **start)

    def test_another_share_of_the_teacher_needs_no_other_crops(self):
        with tempfile.TemporaryDirectory() as folder:
            file = teacher_file(folder)
            for share in ([.9, .7], [1, 1]):
                Run(settings(folder, teacher={'file': file, 'share': share}, store={'folder': os.path.join(folder, 'crops'), 'crops': 6}), os.path.join(folder, 'run'), say=quiet)
            with self.assertRaisesRegex(ValueError, 'crops of another configuration'):
                Run(settings(folder, teacher={'file': file, 'mirror': True}, store={'folder': os.path.join(folder, 'crops'), 'crops': 6}), os.path.join(folder, 'run'), say=quiet)

    def test_a_start_of_other_cells_than_the_configurations_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, 'start.pt')
            weights.save(PoseNet({**context.TINY, 'stem_stride': 3}), file)
            with self.assertRaisesRegex(ValueError, 'cells of 12 px.*network.stem_stride.*8'):
                Run(settings(folder, start=file), os.path.join(folder, 'run'), say=quiet)

    def test_a_store_that_is_damaged_or_of_other_labels_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            c = settings(folder, store={'folder': os.path.join(folder, 'crops'), 'crops': 6, 'margin_cells': 2})
            Run(c, os.path.join(folder, 'run'), say=quiet)
            Run(c, os.path.join(folder, 'again'), say=quiet)
            os.truncate(os.path.join(folder, 'crops', 'labels.bin'), 100)
            with self.assertRaisesRegex(ValueError, 'labels.bin has 100 bytes'):
                Run(c, os.path.join(folder, 'damaged'), say=quiet)
            os.remove(os.path.join(folder, 'crops', 'labels.bin'))
            with self.assertRaisesRegex(ValueError, 'labels.bin has 0 bytes'):
                Run(c, os.path.join(folder, 'missing'), say=quiet)
            with open(c.sets[0]['labels'], 'a', encoding='utf-8') as labels:
                labels.write(' ')
            with self.assertRaisesRegex(ValueError, 'crops of another configuration'):
                Run(c, os.path.join(folder, 'other'), say=quiet)
            os.truncate(os.path.join(folder, 'crops', 'index.json'), 5)
            with self.assertRaisesRegex(ValueError, 'index.json: no valid JSON .*; the store is damaged, delete .*crops'):
                Run(c, os.path.join(folder, 'half'), say=quiet)

    def test_training_lowers_the_loss_and_leaves_a_log_curves_and_a_network(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Run(settings(folder, steps=30, save_every=10, optimiser={'warm_up': 2, 'peak': .02}), os.path.join(folder, 'run'), say=quiet)
            run.train()
            path, curves = run.finish()
            log = run_log.read(os.path.join(folder, 'run'))
            self.assertLess(log[-1]['losses']['refinement'], log[0]['losses']['refinement'])
            self.assertIn('held_out', log[-1])
            self.assertTrue(os.path.getsize(path) and os.path.getsize(curves))

    def test_a_step_whose_gradient_overflows_is_left_out_and_told(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Run(settings(folder), os.path.join(folder, 'run'), say=quiet)
            run.train(until=2)
            before = {name: value.clone() for name, value in run.net.state_dict().items()}
            hook = run.net.stem.weight.register_hook(lambda gradient: gradient * float('inf'))
            run.train(until=4)
            hook.remove()
            for name, value in run.net.state_dict().items():
                self.assertTrue(torch.equal(value, before[name]), name)
            self.assertEqual(run_log.read(os.path.join(folder, 'run'))[-1]['steps_left_out'], 2)
            again = Run(settings(folder), os.path.join(folder, 'run'), resume=True, say=quiet)
            again.train(until=6)
            self.assertEqual(run_log.read(os.path.join(folder, 'run'))[-1]['steps_left_out'], 2)

    def test_a_checkpoint_of_before_left_out_steps_were_kept_goes_on_from_none(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Run(settings(folder), os.path.join(folder, 'run'), say=quiet)
            run.train(until=2)
            state = checkpoint.load(run.out, 'cpu')
            del state['left_out']
            checkpoint.save(run.out, **state)
            again = Run(settings(folder), run.out, resume=True, say=quiet)
            self.assertEqual((again.step, again.left_out), (2, 0))

    def test_a_new_run_does_not_write_over_one_that_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            Run(settings(folder), os.path.join(folder, 'run'), say=quiet).train(until=1)
            with self.assertRaisesRegex(ValueError, 'run holds a run already: go on with --resume'):
                Run(settings(folder), os.path.join(folder, 'run'), say=quiet)

    def test_a_run_that_was_killed_before_its_first_checkpoint_leaves_nothing_in_the_log_of_the_next(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'run')
            os.makedirs(out)
            with open(os.path.join(out, 'log.jsonl'), 'w', encoding='utf-8') as log:
                log.write('{"step": 1}\n{"st')
            run = Run(settings(folder, log_every=1), out, say=quiet)
            run.train(until=2)
            self.assertEqual([line['step'] for line in run_log.read(out)], [1, 2])

    def test_a_missing_checkpoint_says_so(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(FileNotFoundError, 'without --resume'):
            Run(settings(folder), os.path.join(folder, 'new'), resume=True, say=quiet)

    def test_a_broken_checkpoint_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'state.pt'), 'wb') as file:
                file.write(b'half a file')
            with self.assertRaisesRegex(ValueError, 'cannot be read'):
                Run(settings(folder), folder, resume=True, say=quiet)


if __name__ == '__main__':
    unittest.main()
