"""The teacher is built from the description that the C# tools build from, and its exported layers are that description's, one by one."""
import tempfile
import unittest

import context  # noqa: F401
import onnx

import export
import reference
from network import TEACHER, PoseNet, macs, parameters

SIDE_PX = 368


def drawn():
    """The description's convolutions in the order in which they run: (kernel, stride, dilation, groups, inputs, channels, cells a side)."""
    drawing, found = reference.DRAWING, []

    def chain(layers, channels, side):
        for layer in layers:
            if layer['layer'] == 'residual':
                channels, side = chain(layer['layers'], channels, side)
                continue
            side //= layer.get('stride', 1)
            inputs, groups = channels, channels if layer['layer'] == 'depthwise' else 1
            channels = layer.get('channels', channels)
            found.append((layer['kernel'], layer.get('stride', 1), layer.get('dilation', 1), groups, inputs, channels, side))
        return channels, side

    features, side = chain(drawing['towers'][0]['layers'], 3, SIDE_PX)
    maps = 0
    for stage in drawing['stages']:
        channels, _ = chain(stage['trunk'], features + maps, side)
        maps = sum(chain(branch['layers'], channels, side)[0] for branch in stage['branches'])
    return found


def exported(net):
    """The same of the convolutions of a network's ONNX file, by the names of their weights; without the cells, which a file does not say."""
    with tempfile.TemporaryDirectory() as folder:
        graph = onnx.load(export.write(net, folder, 'teacher')).graph
    shapes, found = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}, {}
    for node in graph.node:
        if node.op_type == 'Conv':
            a = {attribute.name: attribute.ints or attribute.i for attribute in node.attribute}
            channels, each, kernel, _ = shapes[node.input[1]]
            found[node.input[1]] = (kernel, a['strides'][0], a['dilations'][0], a['group'], each * a['group'], channels)
    return found


class Reference(unittest.TestCase):
    def test_the_exported_teacher_has_the_descriptions_layers_and_one_more_that_its_file_has(self):
        layers = exported(PoseNet(TEACHER))
        self.assertEqual(layers.pop('net.enter.weight'), (1, 1, 1, 1, 128, 128))
        self.assertEqual(list(layers.values()), [layer[:-1] for layer in drawn()])

    def test_it_has_the_descriptions_parameters_and_macs_beside_that_layers(self):
        layers, net, cells = drawn(), PoseNet(TEACHER), (SIDE_PX // 8) ** 2
        weights = [kernel ** 2 * inputs // groups * channels for kernel, _, _, groups, inputs, channels, _ in layers]
        self.assertEqual(parameters(net) - parameters(net.enter), sum(weights) + sum(layer[5] for layer in layers))   # a bias a channel: batch norms are folded
        self.assertEqual(macs(net, SIDE_PX, SIDE_PX) - cells * net.enter.weight.numel(), sum(w * layer[-1] ** 2 for w, layer in zip(weights, layers)))


if __name__ == '__main__':
    unittest.main()
