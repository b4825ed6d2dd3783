"""The loss of every exit, against labels mixed with the teacher's maps."""
from dataclasses import dataclass

import torch

import skeleton

_KEYPOINTS, _LIMBS = len(skeleton.KEYPOINTS), len(skeleton.LIMBS)

_TEACHER_ALONE_WEIGHT = 0.5   # of cells where labels are masked and the teacher's word is all there is
_REFERENCE_CELLS = 32         # sums are scaled as if the map had 32 x 32 cells, so that the crop's size does not change the learning rate
_SCALE = 1 / 100


@dataclass
class Weights:
    """How much more than an empty cell's error that of a cell counts which should be 1.

    Such a weight bends what is learnt: where a keypoint is with a chance of p, the least error lies at (1 + w) p / (1 + w p), which for a weight of 9 and a chance of a tenth
    is a half. Peaks grow fast so, and broad, and many cells pass the decoder's threshold that should not.
    """
    peak: float = 0.
    limb: float = 0.

    def __post_init__(self):
        for name, weight in vars(self).items():
            if weight < 0:
                raise ValueError(f'loss.{name} is {weight}; it must be 0 or more')


def blend(labels, teacher, mask, doubt, share):
    """Heatmaps and PAFs to learn, and the weight of each cell of them (B x 19 and B x 38 x H x W).

    labels, teacher: (heatmaps, PAFs); teacher may be None. mask: B x 1, 0 where nothing is labelled. doubt: B x 37, 0..1, where a keypoint's label (18) or that of an end of a limb (19) is not
    trusted: the labels draw nothing there, which would teach that there is nothing. share: the teacher's part, 0..1; of what is masked or doubtful it has all.
    """
    keypoints, limbs = doubt.split([_KEYPOINTS, _LIMBS], 1)
    unknown = (torch.cat([keypoints, keypoints.amax(1, keepdim=True)], 1),   # the background is as doubtful as the keypoint before it
               limbs.repeat_interleave(2, 1))
    if teacher is None:
        return (*labels, *(mask * (1 - u) for u in unknown))
    labelled = mask > 0
    part = torch.where(labelled, torch.full_like(mask, share), torch.ones_like(mask))
    weight = torch.where(labelled, torch.ones_like(mask), torch.full_like(mask, _TEACHER_ALONE_WEIGHT))
    parts = [part + (1 - part) * u for u in unknown]
    wanted = [ours * (1 - p) + its * p for ours, its, p in zip(labels, teacher, parts)]
    return (*wanted, *(torch.minimum(weight, 1 - u * (1 - _TEACHER_ALONE_WEIGHT)) for u in unknown))


def exit_losses(exits, labels, teacher, mask, doubt, share, weights=Weights()):
    """One scalar for every exit; arguments as of blend."""
    heat, paf, heat_weight, paf_weight = blend(labels, teacher, mask, doubt, share)
    peaks = torch.cat([1 + weights.peak * heat[:, :_KEYPOINTS].clamp(0, 1), torch.ones_like(mask)], 1)
    heat_weight = peaks * heat_weight
    paf_weight = (1 + weights.limb * paf.abs().clamp(0, 1)) * paf_weight
    scale = _SCALE * _REFERENCE_CELLS ** 2 / (heat.shape[2] * heat.shape[3]) / heat.shape[0]
    return [((heat_weight * (h.float() - heat).square()).sum() + (paf_weight * (p.float() - paf).square()).sum()) * scale for h, p in exits]
