"""The keypoints and limbs of the OpenPose family (COCO-18) and how COCO's 17 become 18.

Source: Cao et al. 2017 and the channel order of human-pose-estimation-0001 (Open Model Zoo, Apache-2.0), whose outputs the teacher gives.
"""
import numpy as np

KEYPOINTS = ('nose', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist', 'left_shoulder', 'left_elbow', 'left_wrist', 'right_hip', 'right_knee',
             'right_ankle', 'left_hip', 'left_knee', 'left_ankle', 'right_eye', 'left_eye', 'right_ear', 'left_ear')
COCO17 = ('nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear', 'left_shoulder', 'right_shoulder', 'left_elbow', 'right_elbow', 'left_wrist', 'right_wrist',
          'left_hip', 'right_hip', 'left_knee', 'right_knee', 'left_ankle', 'right_ankle')
LIMBS = ((1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 2), (2, 3), (3, 4), (2, 16), (1, 5), (5, 6), (6, 7), (5, 17), (1, 0), (0, 14),
         (0, 15), (14, 16), (15, 17))
MIRROR = (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16)
NECK = 1
HEATMAPS = len(KEYPOINTS) + 1   # the last one is the background
PAFS = 2 * len(LIMBS)
DOUBTS = len(KEYPOINTS) + len(LIMBS)   # targets.draw
_COCO17_OF = (0, None, 6, 8, 10, 5, 7, 9, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
_MIRROR_LIMB = [LIMBS.index((MIRROR[a], MIRROR[b])) for a, b in LIMBS]
_MIRROR_PAF = [2 * limb + axis for limb in _MIRROR_LIMB for axis in (0, 1)]

KNOWN, DOUBTFUL, UNKNOWN = 1.0, 0.2, 0.0   # the third number of a keypoint from here on


def to_coco18(keypoints17):
    """17 x (x, y, known) -> 18 x (x, y, known); the neck is the middle of the shoulders, as known as the less known of them."""
    source = np.asarray(keypoints17, np.float32).reshape(17, 3)
    out = np.zeros((18, 3), np.float32)
    for keypoint, coco in enumerate(_COCO17_OF):
        if coco is not None:
            out[keypoint] = source[coco]
    right, left = source[6], source[5]
    out[NECK] = [*(right[:2] + left[:2]) / 2, min(right[2], left[2])]
    return out


def mirror_heatmaps(maps):
    """Heatmaps (B x 19 x H x W, or 18 without background) of the pictures mirrored left to right."""
    order = list(MIRROR) + ([18] if maps.shape[1] == HEATMAPS else [])
    return maps[:, order].flip(3)


def mirror_pafs(maps):
    """PAFs (B x 38 x H x W) of the pictures mirrored left to right: limbs change sides, x components change sign."""
    out = maps[:, _MIRROR_PAF].flip(3)
    out[:, 0::2] *= -1
    return out


def mirror_doubt(maps):
    """Doubt (B x 37 x H x W) of the pictures mirrored left to right."""
    return maps[:, [*MIRROR, *(len(KEYPOINTS) + limb for limb in _MIRROR_LIMB)]].flip(3)
