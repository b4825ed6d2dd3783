"""A run's whole state in one file; an interrupted write leaves the last state whole."""
import os
import pickle

import torch

from files import whole

FILE = 'state.pt'


def save(folder, **state):
    with whole(os.path.join(folder, FILE)) as file:
        torch.save(state, file)


def load(folder, device):
    path = os.path.join(folder, FILE)
    if not os.path.exists(path):
        raise FileNotFoundError(f'{path} is not there: nothing to go on from; start without --resume')
    try:
        return torch.load(path, map_location=device)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as broken:
        raise ValueError(f'{path} cannot be read ({broken}); start without --resume, or from the last exported network with start') from broken
