"""One ONNX file with every exit, and its manifest beside it.

    python3 training/export.py runs/S/network.pt models edgepose-s
    python3 training/export.py runs/S runs/S edgepose-s            (a run that still goes on: its last checkpoint's averaged weights)

`image`: N x 3 x H x W, BGR 0..255 (normalised inside), H and W multiples of its stride (8 px), all three free -> heat_k, paf_k of exit k. The file carries the network's
description, so that train.py can start from it again (`"start": "models/edgepose-s.onnx"`).
"""
import hashlib
import inspect
import io
import json
import os
import sys

import torch
from torch import nn

import checkpoint
from files import whole
from teacher import normalise
from weights import DESCRIPTION_KEY, load

_OPSET = 13   # the oldest that torch 1.13 writes and every tool of the project reads


class _Whole(nn.Module):
    """Normalisation and all exits as one list of outputs; the network stands under `net`, which names its weights in the file."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        return tuple(maps for pair in self.net(normalise(image)) for maps in pair)


def _part(graph, net):
    """Gives each weight its own tensor under its own name: torch writes equal ones once, and an Identity for each of the others."""
    from onnx import numpy_helper
    named = {t.name: t for t in graph.initializer}
    for node in [n for n in graph.node if n.op_type == 'Identity' and n.input[0] in named]:
        values = numpy_helper.to_array(named[node.input[0]])
        name = next(n for n, v in net.state_dict().items() if 'net.' + n not in named and v.shape == values.shape and (v.numpy() == values).all())
        tensor = numpy_helper.from_array(values, 'net.' + name)
        graph.initializer.append(tensor)
        named[tensor.name] = tensor
        for reader in graph.node:
            for i, read in enumerate(reader.input):
                if read == node.output[0]:
                    reader.input[i] = tensor.name
        graph.node.remove(node)


def write(net, folder, name, licence='Apache-2.0', training='by training/train.py; see the card'):
    """Writes NAME.onnx and NAME.json; -> the path of the ONNX. Nothing half-written is left under the final names."""
    import onnx
    names = [f'{kind}_{k}' for k in range(len(net.exit_names)) for kind in ('heat', 'paf')]
    net = net.eval().float()
    # torch 2 traces only when told to; torch 1.13 knows no other way.
    tracing = {'dynamo': False} if 'dynamo' in inspect.signature(torch.onnx.export).parameters else {}
    path = os.path.join(folder, name + '.onnx')
    traced = io.BytesIO()
    torch.onnx.export(_Whole(net).eval(), torch.zeros(1, 3, 8 * net.stride_px, 8 * net.stride_px), traced, opset_version=_OPSET, input_names=['image'], output_names=names,
                      dynamic_axes={n: {0: 'n', 2: 'h', 3: 'w'} for n in ['image', *names]}, **tracing)
    model = onnx.load_from_string(traced.getvalue())
    onnx.helper.set_model_props(model, {DESCRIPTION_KEY: json.dumps(net.description)})
    _part(model.graph, net)
    data = model.SerializeToString()
    with whole(path) as beside, open(beside, 'wb') as file:
        file.write(data)
    manifest = {
        'id': name, 'file': name + '.onnx', 'sha256': hashlib.sha256(data).hexdigest(), 'licence': licence, 'trainingData': training, 'card': name + '.md',
        'skeleton': 'coco-18', 'stridePx': net.stride_px,
        'input': {'name': 'image', 'layout': 'NCHW', 'channels': 'BGR', 'normalisation': 'inside', 'multipleOf': net.stride_px},
        'exits': [{'name': exit_name, 'heatmaps': f'heat_{k}', 'pafs': f'paf_{k}'} for k, exit_name in enumerate(net.exit_names)],
    }
    with whole(os.path.join(folder, name + '.json')) as beside, open(beside, 'w', encoding='utf-8') as file:
        file.write(json.dumps(manifest, indent=2) + '\n')
    return path


if __name__ == '__main__':
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    network = checkpoint.averaged if os.path.isdir(sys.argv[1]) else load
    print(write(network(sys.argv[1]), sys.argv[2], sys.argv[3]))
