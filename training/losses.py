"""The loss of every exit, against labels mixed with the teacher's maps."""
import torch

# Most cells are background: a peak cell counts ten times, a limb cell five times as much as an empty one. With half of that, a student's peaks stood at half the
# height of its teacher's after 12,000 crops.
_PEAK_WEIGHT, _LIMB_WEIGHT = 9.0, 4.0
_TEACHER_ALONE_WEIGHT = 0.5   # of cells where labels are masked and the teacher's word is all there is
_REFERENCE_CELLS = 32         # sums are scaled as if the map had 32 x 32 cells, so that the crop's size does not change the learning rate
_SCALE = 1 / 100


def blend(labels, teacher, mask, doubt, share):
    """Heatmaps and PAFs to learn, and the weight of each heatmap's cell (B x 19 x H x W) and of a PAF's (B x 1 x H x W).

    labels, teacher: (heatmaps, PAFs); teacher may be None. mask: B x 1, 0 where nothing is labelled. doubt: B x 18, 0..1, where a keypoint's label is not trusted: the labels draw nothing
    there, which would teach that there is nothing. share: the teacher's part, 0..1; of what is masked or doubtful it has all.
    """
    unknown = torch.cat([doubt, doubt.amax(1, keepdim=True)], 1)   # the background is as doubtful as the keypoint before it
    if teacher is None:
        return (*labels, mask * (1 - unknown), mask)
    labelled = mask > 0
    part = torch.where(labelled, torch.full_like(mask, share), torch.ones_like(mask))
    weight = torch.where(labelled, torch.ones_like(mask), torch.full_like(mask, _TEACHER_ALONE_WEIGHT))
    heat_part = part + (1 - part) * unknown
    heat = labels[0] * (1 - heat_part) + teacher[0] * heat_part
    paf = labels[1] * (1 - part) + teacher[1] * part
    return heat, paf, torch.minimum(weight, 1 - unknown * (1 - _TEACHER_ALONE_WEIGHT)), weight


def exit_losses(exits, labels, teacher, mask, doubt, share):
    """One scalar for every exit; arguments as of blend."""
    heat, paf, heat_weight, weight = blend(labels, teacher, mask, doubt, share)
    peaks = torch.cat([1 + _PEAK_WEIGHT * heat[:, :18].clamp(0, 1), torch.ones_like(weight)], 1)
    heat_weight = peaks * heat_weight
    paf_weight = (1 + _LIMB_WEIGHT * paf.abs().clamp(0, 1)) * weight
    scale = _SCALE * (_REFERENCE_CELLS / heat.shape[2]) ** 2 / heat.shape[0]
    return [((heat_weight * (h.float() - heat).square()).sum() + (paf_weight * (p.float() - paf).square()).sum()) * scale for h, p in exits]
