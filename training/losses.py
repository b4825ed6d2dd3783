"""The loss of every exit, against labels mixed with the teacher's maps."""
import torch

# Most cells are background: a peak cell counts ten times, a limb cell five times as much as an empty one. With half of that, a student's peaks stood at half the
# height of its teacher's after 12,000 crops.
_PEAK_WEIGHT, _LIMB_WEIGHT = 9.0, 4.0
_TEACHER_ALONE_WEIGHT = 0.5   # of cells where labels are masked and the teacher's word is all there is
_REFERENCE_CELLS = 32         # sums are scaled as if the map had 32 x 32 cells, so that the crop's size does not change the learning rate
_SCALE = 1 / 100


def blend(labels, teacher, mask, share):
    """Heatmaps and PAFs to learn, and the weight of each cell (B x 1 x H x W).

    labels, teacher: (heatmaps, PAFs); teacher may be None. share: the teacher's part, 0..1; where mask is 0 it has all of it.
    """
    if teacher is None:
        return (*labels, mask)
    labelled = mask > 0
    part = torch.where(labelled, torch.full_like(mask, share), torch.ones_like(mask))
    heat, paf = (a * (1 - part) + b * part for a, b in zip(labels, teacher))
    return heat, paf, torch.where(labelled, torch.ones_like(mask), torch.full_like(mask, _TEACHER_ALONE_WEIGHT))


def exit_losses(exits, labels, teacher, mask, doubt, share):
    """One scalar for every exit. doubt (B x 18 x H x W, 0..1) takes weight from a keypoint's map where a label is not trusted."""
    heat, paf, weight = blend(labels, teacher, mask, share)
    keypoints = (1 + _PEAK_WEIGHT * heat[:, :18].clamp(0, 1)) * weight * (1 - doubt * (1 - share if teacher is not None else 1))
    heat_weight = torch.cat([keypoints, weight], 1)
    paf_weight = (1 + _LIMB_WEIGHT * paf.abs().clamp(0, 1)) * weight
    scale = _SCALE * (_REFERENCE_CELLS / heat.shape[2]) ** 2 / heat.shape[0]
    return [((heat_weight * (h.float() - heat).square()).sum() + (paf_weight * (p.float() - paf).square()).sum()) * scale for h, p in exits]
