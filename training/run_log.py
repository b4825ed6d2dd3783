"""The log of a run: log.jsonl in its folder, a line of JSON every `log_every` steps."""
import json
import os

from files import whole

_FILE = 'log.jsonl'


def begin(folder):
    """Removes what a run left that was killed before its first checkpoint: nothing can go on from it."""
    if os.path.exists(os.path.join(folder, _FILE)):
        os.remove(os.path.join(folder, _FILE))


def append(folder, line):
    with open(os.path.join(folder, _FILE), 'a', encoding='utf-8') as log:
        log.write(json.dumps(line) + '\n')


def read(folder):
    """Its lines in order, none where nothing was logged; without one that a power cut broke off."""
    path, lines = os.path.join(folder, _FILE), []
    if not os.path.exists(path):
        return lines
    with open(path, 'rb') as log:
        for line in log:
            try:
                lines.append(json.loads(line))
            except ValueError:
                continue
    return lines


def cut_back(folder, step):
    """Leaves the lines up to `step`: a run that goes on from there says the others again."""
    kept = [line for line in read(folder) if line['step'] <= step]
    with whole(os.path.join(folder, _FILE)) as beside, open(beside, 'w', encoding='utf-8') as log:
        log.writelines(json.dumps(line) + '\n' for line in kept)
