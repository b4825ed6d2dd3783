"""The log of a run as a picture: losses of every exit and of the held-out pictures, and the learning rate.

    python3 training/curves.py runs/S
"""
import os
import sys

import run_log
from files import whole


def draw(folder):
    """Writes curves.png from log.jsonl; -> its path, or None when the log is empty."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    log = run_log.read(folder)
    trained, held_out = [r for r in log if 'losses' in r], [r for r in log if 'held_out' in r]
    if not trained:
        return None
    figure, (top, bottom) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 6), gridspec_kw={'height_ratios': [3, 1]})
    for name in trained[0]['losses']:
        top.plot([r['step'] for r in trained], [r['losses'][name] for r in trained], label=name)
    for name in held_out[0]['held_out'] if held_out else ():
        top.plot([r['step'] for r in held_out], [r['held_out'][name] for r in held_out], 'o--', label=f'{name}, held out (EMA)')
    top.set_ylabel('loss')
    top.set_yscale('log')
    top.legend()
    bottom.plot([r['step'] for r in trained], [r['rate'] for r in trained])
    bottom.set_ylabel('learning rate')
    bottom.set_xlabel('step')
    path = os.path.join(folder, 'curves.png')
    with whole(path) as file:
        figure.savefig(file, dpi=100, bbox_inches='tight', format='png')
    pyplot.close(figure)
    return path


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(draw(sys.argv[1]) or 'the log is empty')
