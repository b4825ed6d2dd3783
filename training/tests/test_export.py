"""The ONNX file computes what the PyTorch network does: checked with OpenCV's own ONNX reader, which shares no code with either."""
import hashlib
import json
import os
import tempfile
import unittest

import context
import cv2
import numpy as np
import torch

import export
import weights
from network import PoseNet
from teacher import normalise


class Export(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(7)
        self.net = PoseNet(context.TINY).eval()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = export.write(self.net, self.folder.name, 'tiny')

    def test_another_engine_gives_the_maps_of_torch_on_every_exit(self):
        self.check(self.net, self.path, (1, 3, 64, 64), (1, 19, 8, 8))

    def test_it_can_be_read_back_to_train_on(self):
        again = weights.load(self.path)
        self.assertEqual(again.description, self.net.description)
        for name, value in self.net.state_dict().items():
            self.assertTrue(torch.equal(value, again.state_dict()[name]), name)

    def test_weights_of_equal_values_are_read_back_too(self):
        self.net.trunk[1][0].load_state_dict(self.net.trunk[0][0].state_dict())
        again = weights.load(export.write(self.net, self.folder.name, 'equal'))
        for name, value in self.net.state_dict().items():
            self.assertTrue(torch.equal(value, again.state_dict()[name]), name)

    def test_a_coarser_network_is_written_as_coarse_and_read_back_so(self):
        net = PoseNet({**context.TINY, 'stem_stride': 3}).eval()
        path = export.write(net, self.folder.name, 'coarse')
        with open(os.path.join(self.folder.name, 'coarse.json'), encoding='utf-8') as text:
            manifest = json.load(text)
        self.assertEqual((manifest['stridePx'], manifest['input']['multipleOf']), (12, 12))
        self.assertEqual(weights.load(path).stride_px, 12)
        self.check(net, path, (1, 3, 96, 72), (1, 19, 8, 6))

    def check(self, net, path, shape, maps_shape):
        """OpenCV and torch give the same maps."""
        image = np.random.default_rng(8).uniform(0, 255, shape).astype(np.float32)
        with torch.no_grad():
            wanted = [maps.numpy() for pair in net(normalise(torch.from_numpy(image))) for maps in pair]
        self.assertEqual(wanted[0].shape, maps_shape)
        engine = cv2.dnn.readNetFromONNX(path)
        engine.setInput(image)
        for got, want in zip(engine.forward(['heat_0', 'paf_0', 'heat_1', 'paf_1']), wanted):
            np.testing.assert_allclose(got, want, atol=1e-5)

    def test_a_checkpoint_from_elsewhere_is_refused_in_words(self):
        path = os.path.join(self.folder.name, 'other.pt')
        torch.save({'state_dict': {'model.0.0.weight': torch.zeros(1)}}, path)
        with self.assertRaisesRegex(ValueError, 'edgepose model import'):
            weights.load(path)

    def test_a_file_that_another_tool_has_rewritten_is_refused_though_its_names_are_the_same(self):
        import onnx
        model = onnx.load(self.path)
        entry = model.metadata_props.add()
        entry.key, entry.value = 'edgepose.lineage', 'fold'
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'folded.onnx')
            onnx.save(model, path)
            with self.assertRaisesRegex(ValueError, 'another tool has rewritten the file'):
                weights.load(path)

    def test_the_manifest_names_the_file_its_sum_and_every_exit(self):
        with open(os.path.join(self.folder.name, 'tiny.json'), encoding='utf-8') as text:
            manifest = json.load(text)
        with open(self.path, 'rb') as file:
            self.assertEqual(manifest['sha256'], hashlib.sha256(file.read()).hexdigest())
        self.assertEqual([(e['name'], e['heatmaps'], e['pafs']) for e in manifest['exits']],
                         [('initial', 'heat_0', 'paf_0'), ('refinement', 'heat_1', 'paf_1')])

    def test_batch_height_and_width_are_free(self):
        import onnx
        shape = onnx.load(self.path).graph.input[0].type.tensor_type.shape.dim
        self.assertEqual([d.dim_param or d.dim_value for d in shape], ['n', 3, 'h', 'w'])

    def test_nothing_half_written_is_left(self):
        self.assertEqual(sorted(os.listdir(self.folder.name)), ['tiny.json', 'tiny.onnx'])


if __name__ == '__main__':
    unittest.main()
