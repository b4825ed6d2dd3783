"""The mean of two networks of one description, weight by weight: a start and what training made of it (Wortsman et al. 2022, WiSE-FT).

    python3 training/average.py START END runs/mean edgepose-s

START and END: files as train.py starts from (.onnx that export.py wrote, network.pt). A short training on few pictures gains what they show and forgets a little of the
rest; the mean keeps most of both (EdgePose-S: AP 25.7 and 25.4 before it, 26.4 after). It only makes sense where END was trained from START.
"""
import sys

import torch

import export
import weights


@torch.no_grad()
def mean(start, end):
    """A network whose weights lie half-way between those of two PoseNets."""
    if start.description != end.description:
        raise ValueError('the two networks differ in their descriptions; only a network and what it was trained from have a mean')
    other = end.state_dict()
    for name, value in start.state_dict().items():
        value.lerp_(other[name], .5)
    return start


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    try:
        print(export.write(mean(weights.load(sys.argv[1]), weights.load(sys.argv[2])), sys.argv[3], sys.argv[4], training='the mean of a start and its training; see the card'))
    except (ValueError, OSError) as fault:
        sys.exit(f'average.py: {fault}')
