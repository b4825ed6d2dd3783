"""Refuses labels that are JSON but lack what is learnt from. Every fault names the file, the place in it, what is wrong there and what to do."""
import json

REMEDY = 'mend it there, or export the labels anew'


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -1e9 < value < 1e9   # JSON as Python reads it has NaN and infinity


def _are_numbers(value, count):
    return isinstance(value, list) and len(value) == count and all(map(_is_number, value))


# What a value may be: in words, and as a test.
TEXT = 'a text', lambda v: isinstance(v, str)
ID = 'a whole number or a text', lambda v: isinstance(v, (int, str))
LIST = 'a list', lambda v: isinstance(v, list)
OBJECTS = 'a list of objects', lambda v: isinstance(v, list) and all(isinstance(one, dict) for one in v)
NUMBERS = 'a list of numbers', lambda v: isinstance(v, list) and all(map(_is_number, v))
BOX = 'x, y, width and height', lambda v: _are_numbers(v, 4)
KEYPOINTS = '17 times [x, y, confidence]', lambda v: isinstance(v, list) and len(v) == 17 and all(_are_numbers(one, 3) for one in v)


def one_of(*texts):
    return ' or '.join(f'`{text}`' for text in texts), lambda v: v in texts


def values(record, place, **wanted):
    """The values of a record's keys, in the order asked for. place: file and what leads to the record in it."""
    if not isinstance(record, dict):
        raise ValueError(f'{place}: here must be an object, not {_shown(record)}; {REMEDY}')
    for key, (kind, suits) in wanted.items():
        if key not in record:
            raise ValueError(f'{place}: `{key}` is missing, which must be {kind}; {REMEDY}')
        if not suits(record[key]):
            raise ValueError(f'{place}: `{key}` is {_shown(record[key])}, but must be {kind}; {REMEDY}')
    return [record[key] for key in wanted]


def _shown(value):
    return json.dumps(value, ensure_ascii=False)[:40]
