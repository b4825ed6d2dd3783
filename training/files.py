"""Files that are either whole or not there: written beside, forced to the disk, then renamed. JSON that is broken is refused in words."""
import json
import os
from contextlib import contextmanager


@contextmanager
def whole(path):
    """Gives the name to write to; after the block the file stands under `path`. A block that fails (a full disk) leaves what was there before, and nothing beside it."""
    beside = str(path) + '.new'
    try:
        yield beside
        with open(beside, 'rb+') as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        if os.path.exists(beside):
            os.remove(beside)


def read_json(path, remedy='mend it there, or copy it anew: it may be truncated'):
    """What a JSON file holds."""
    with open(path, encoding='utf-8') as text:
        try:
            return json.load(text)
        except ValueError as fault:   # of JSON or of UTF-8
            raise ValueError(f'{path}: no valid JSON ({fault}); {remedy}') from fault
