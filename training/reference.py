"""Lightweight OpenPose (Osokin 2018) as the project's tools draw it: what `edgepose model new lightweight --describe` prints, numbers of the layers in order.

lightweight.json is that print; a test of the tools keeps it so (EDGEPOSE_UPDATE_GENERATED=1 ./test.sh Compression writes it anew).
"""
import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lightweight.json'), encoding='utf-8') as text:
    DRAWING = json.load(text)

*_backbone, _, _, _context = DRAWING['towers'][0]['layers']   # before the last one: the layer that enters the context block, and its trunk
_spatial = [layer for layer in _backbone if layer['kernel'] > 1]
_initial, _refinement = DRAWING['stages']
_residuals = [layer for layer in _refinement['trunk'] if layer['layer'] == 'residual']

# Of backbone layer i, the stem first: its width, its stride, and its dilation (which keeps the receptive field where MobileNetV1 would have strided on).
WIDTHS = [layer['channels'] for layer in _backbone if layer['layer'] == 'convolution']
STRIDES = [layer.get('stride', 1) for layer in _spatial]
DILATIONS = [layer.get('dilation', 1) for layer in _spatial]
CONTEXT = _context['channels']
INITIAL = [layer['channels'] for layer in _initial['trunk']]
HEAD = _initial['branches'][0]['layers'][0]['channels']
REFINEMENT_WIDTH, REFINEMENT_BLOCKS = _refinement['trunk'][0]['channels'], len(_residuals)
REFINEMENT_DILATION = _residuals[0]['layers'][1]['dilation']   # of the second 3x3 in a block
