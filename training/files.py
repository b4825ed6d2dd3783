"""Files that are either whole or not there: written beside, forced to the disk, then renamed."""
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
