"""A run's whole state in one file; an interrupted write leaves the last state whole."""
import os
import pickle

import torch

from network import PoseNet
from files import whole

FILE = 'state.pt'


def save(folder, **state):
    with whole(os.path.join(folder, FILE)) as file:
        torch.save(state, file)


def refuse_used(folder):
    """A run that begins must not write over one that was there."""
    if os.path.exists(os.path.join(folder, FILE)):
        raise ValueError(f'{folder} holds a run already: go on with --resume, name another folder with --out, or delete it')


def load(folder, device):
    path = os.path.join(folder, FILE)
    if not os.path.exists(path):
        raise FileNotFoundError(f'{path} is not there: nothing to go on from; start without --resume')
    try:
        return torch.load(path, map_location=device)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as broken:
        raise ValueError(f'{path} cannot be read ({broken}); delete it and start without --resume, or name another folder and the last exported network as start') from broken


def averaged(folder):
    """The averaged weights of a run as far as its last checkpoint, as a network: to measure and to export what is still being trained."""
    state = load(folder, 'cpu')
    net = PoseNet(state['description']).eval()
    net.load_state_dict(state['ema'])
    return net
