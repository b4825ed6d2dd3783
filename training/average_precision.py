"""OKS-AP as COCO defines it, for one detection list; `edgepose model eval` is what published figures come from."""
import numpy as np

_SIGMAS = np.array([.026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089])
_THRESHOLDS, _RECALLS, _MOST = np.linspace(.5, .95, 10), np.linspace(0, 1, 101), 20


def figures(people, detections):
    """AP, AP50 and AP75 in per cent.

    people: {picture: [COCO annotation]}; detections: {picture: [(17 x 2 points, score)]}.
    """
    counted, columns = 0, []
    for picture, annotations in people.items():
        found = sorted(detections.get(picture, []), key=lambda one: -one[1])[:_MOST]
        ignored = np.array([bool(a['iscrowd']) or a['num_keypoints'] == 0 for a in annotations], bool)
        counted += int((~ignored).sum())
        if not found:
            continue
        oks = np.array([[_oks(a, points) for a in annotations] for points, _ in found]).reshape(len(found), -1)
        for column in zip((score for _, score in found), *(_match(oks, annotations, ignored, threshold) for threshold in _THRESHOLDS)):
            columns.append(column)
    columns.sort(key=lambda one: -one[0])
    ap = [_precision([one[1 + t] for one in columns], counted) for t in range(len(_THRESHOLDS))]
    return 100 * float(np.mean(ap)), 100 * ap[0], 100 * ap[5]


def _oks(annotation, points):
    keypoints = np.array(annotation['keypoints'], float).reshape(17, 3)
    known = keypoints[:, 2] > 0
    x, y, w, h = annotation['bbox']
    if known.any():
        squared = np.square(points - keypoints[:, :2]).sum(1)
    else:   # a person without keypoints is matched by the distance to a box three times as large
        low, high = np.array([x - w, y - h]), np.array([x + 2 * w, y + 2 * h])
        squared = np.square(np.maximum(0, low - points) + np.maximum(0, points - high)).sum(1)
        known = np.ones(17, bool)
    return np.exp(-squared / (2 * _SIGMAS) ** 2 / (annotation['area'] + np.spacing(1)) / 2)[known].mean()


def _match(oks, annotations, ignored, threshold):
    """For each detection: True right, False wrong, None where it matched somebody who does not count."""
    taken, out = set(), []
    order = np.argsort(ignored, kind='stable')
    for row in oks:
        best, match = min(threshold, 1 - 1e-10), None
        for p in order:
            if p in taken and not annotations[p]['iscrowd']:
                continue
            if match is not None and not ignored[match] and ignored[p]:
                break
            if row[p] >= best:
                best, match = row[p], p
        if match is not None:
            taken.add(match)
        out.append(False if match is None else None if ignored[match] else True)
    return out


def _precision(matches, counted):
    """The mean of the largest precision at or beyond each of 101 recalls."""
    right = np.array([m for m in matches if m is not None], bool)
    if not len(right) or not counted:
        return 0.
    true = np.cumsum(right)
    precision = np.maximum.accumulate((true / np.arange(1, len(right) + 1))[::-1])[::-1]
    at = np.searchsorted(true / counted, _RECALLS, side='left')
    return float(np.append(precision, 0)[at].mean())
