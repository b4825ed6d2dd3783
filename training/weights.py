"""Networks from files: the teacher's ONNX (Open Model Zoo), our own exported ONNX, and PyTorch files."""
import json

import numpy as np
import torch

from files import whole
from network import TEACHER, PoseNet

DESCRIPTION_KEY = 'edgepose.description'   # metadata of an ONNX that export.py wrote
_LINEAGE_KEY = 'edgepose.lineage'          # and of one that a tool of the workshop made of it: the names may be the same, the values are not


def load(file):
    """A network from any of the three kinds of file."""
    if str(file).endswith('.onnx'):
        return load_onnx(file)
    state = torch.load(file, map_location='cpu', weights_only=True)   # a pickle may hold code; this reads tensors and plain values alone
    if not isinstance(state, dict) or not {'description', 'weights'} <= set(state):
        raise ValueError(f'{file}: no network of this recipe (it has no description). Export a checkpoint from elsewhere to ONNX with its own project\'s script, then `edgepose model import`.')
    net = PoseNet(state['description'])
    net.load_state_dict(state['weights'])
    return net


def save(net, file):
    with whole(file) as beside:
        torch.save({'description': net.description, 'weights': {k: v.detach().cpu() for k, v in net.state_dict().items()}}, beside)


def load_onnx(file):
    """Our own export by the names of its weights; any other file as human-pose-estimation-0001 by the order of its convolutions."""
    import onnx
    from onnx import numpy_helper
    model = onnx.load(str(file))
    tensors = {t.name: np.array(numpy_helper.to_array(t), np.float32) for t in model.graph.initializer}
    metadata = {p.key: p.value for p in model.metadata_props}
    if _LINEAGE_KEY in metadata:
        raise ValueError(f'{file}: another tool has rewritten the file (its lineage: {metadata[_LINEAGE_KEY][:200]}). Start from the FP32 file that export.py wrote.')
    description = metadata.get(DESCRIPTION_KEY)
    if description is None:
        return _teacher(model.graph, tensors, file)
    net = PoseNet(json.loads(description))
    state = net.state_dict()
    missing = [name for name in state if 'net.' + name not in tensors]
    if missing:
        raise ValueError(f'{file}: {len(missing)} weights are not in it under their names (first: {missing[0]}); '
                         'another tool has rewritten the file. Start from the FP32 file that export.py wrote.')
    net.load_state_dict({name: torch.from_numpy(tensors['net.' + name].reshape(tuple(state[name].shape))) for name in state})
    return net


def _teacher(graph, tensors, file):
    """Each convolution of the zoo's file is followed by an Add that holds its bias."""
    net = PoseNet(TEACHER)
    order = [net.stem]
    for spatial, mixing in zip(net.depthwise, net.pointwise):
        order += [spatial, mixing]
    order += [net.align, net.enter]
    for spatial, mixing in net.trunk:
        order += [spatial, mixing]
    order += [net.context, *net.initial, *net.heads.paf, *net.heads.heat]
    for stage in net.refinement:
        for block in stage.blocks:
            order += [block.enter, block.first, block.second]
        order += [*stage.heads.paf, *stage.heads.heat]
    adds = {name: node for node in graph.node if node.op_type == 'Add' for name in node.input}
    convolutions = [node for node in graph.node if node.op_type == 'Conv']
    if len(convolutions) != len(order):
        raise ValueError(f'{file}: {len(convolutions)} convolutions where human-pose-estimation-0001 has {len(order)}')
    for node, layer in zip(convolutions, order):
        weight = tensors[node.input[1]]
        if weight.shape != tuple(layer.weight.shape):
            raise ValueError(f'{file}: a convolution of shape {weight.shape} where human-pose-estimation-0001 has {tuple(layer.weight.shape)}')
        bias = tensors[node.input[2]] if len(node.input) > 2 else next(tensors[i] for i in adds[node.output[0]].input if i in tensors)
        layer.weight.data, layer.bias.data = torch.from_numpy(weight.copy()), torch.from_numpy(bias.reshape(-1).copy())
    return net
