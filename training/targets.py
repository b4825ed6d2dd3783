"""What the network should say: heatmaps and PAFs drawn from labelled people, and where nothing should be asked of it.

Heatmaps: a Gaussian round each keypoint, joined over people by maximum, so that two close peaks stay two (Cao et al. 2017, section 2.2).
PAFs: the limb's unit vector on the cells that it covers, the mean of the people where limbs overlap (ibid., section 2.3).
"""
import torch

from crops import sides
from skeleton import DOUBTFUL, LIMBS

# As human-pose-estimation-0001 was trained (Osokin 2018): sigma 7 px at cells of 8, limbs one cell to each side. A network of larger cells draws larger, as its weights come from there.
SIGMA_CELLS = 7 / 8
LIMB_HALF_WIDTH_CELLS = 1.0
_LIMB_END_CELLS = 0.5   # a limb's cells reach this far beyond its ends
_KNOWN_ABOVE = 0.5      # skeleton.KNOWN is 1, DOUBTFUL 0.2
_FIRST, _SECOND = [a for a, _ in LIMBS], [b for _, b in LIMBS]


def draw(people, cells, stride_px):
    """people: P x B x 18 x (x, y, known), px of the crop, P the largest number of people in a picture (the others are filled up with zeros). stride_px: the edge of a cell.
    cells: (height, width) of the maps, or the edge of square ones.

    -> heatmaps B x 19 x H x W in 0..1, PAFs B x 38 x H x W in -1..1, doubt B x 37 x H x W in 0..1: where a keypoint may be (18), and where a limb may be that has such an end (19).
    """
    batch, device, (height, width) = people.shape[1], people.device, sides(cells)
    axes = [torch.arange(length, dtype=torch.float32, device=device) for length in (width, height)]
    at = (people[..., :2] + .5) / stride_px - .5
    known, doubtful = people[..., 2] > _KNOWN_ABOVE, (people[..., 2] >= DOUBTFUL / 2) & (people[..., 2] <= _KNOWN_ABOVE)
    heat = torch.zeros(batch, 18, height, width, device=device)
    doubt = torch.zeros_like(heat)
    vectors = torch.zeros(batch, len(LIMBS), 2, height, width, device=device)
    covered = torch.zeros(batch, len(LIMBS), 1, height, width, device=device)
    limb_doubt = torch.zeros(batch, len(LIMBS), height, width, device=device)
    for points, is_known, is_doubtful in zip(at, known, doubtful):
        gaussian = _gaussian(points, axes)
        heat = torch.maximum(heat, gaussian * is_known[..., None, None])
        doubt = torch.maximum(doubt, gaussian * is_doubtful[..., None, None])
        unit, inside = _limbs(points, axes)
        drawn, there = is_known[:, _FIRST] & is_known[:, _SECOND], is_known | is_doubtful
        sure = inside * drawn[..., None, None]
        vectors += sure[:, :, None] * unit[..., None, None]
        covered += sure[:, :, None]
        limb_doubt = torch.maximum(limb_doubt, inside * (there[:, _FIRST] & there[:, _SECOND] & ~drawn)[..., None, None])
    pafs = (vectors / covered.clamp(min=1)).flatten(1, 2)
    limb_doubt *= covered[:, :, 0] == 0   # where another person's limb is certain, it is what is learnt
    return torch.cat([heat, 1 - heat.amax(1, keepdim=True)], 1), pafs, torch.cat([doubt, limb_doubt], 1)


def _gaussian(points, axes):
    """B x 18 x H x W from B x 18 x 2; the product of one curve a row and one a column."""
    x, y = (torch.exp(-(axes[i] - points[..., i:i + 1]).square() / (2 * SIGMA_CELLS ** 2)) for i in (0, 1))
    return y[..., :, None] * x[..., None, :]


def _limbs(points, axes):
    """Unit vectors B x 19 x 2, and which cells each limb covers, B x 19 x H x W (0 or 1)."""
    start, way = points[:, _FIRST], points[:, _SECOND] - points[:, _FIRST]
    length = way.norm(dim=-1).clamp(min=1e-3)
    unit = way / length[..., None]
    dx = axes[0][None, None, None, :] - start[..., 0, None, None]
    dy = axes[1][None, None, :, None] - start[..., 1, None, None]
    along = dx * unit[..., 0, None, None] + dy * unit[..., 1, None, None]
    aside = (dx * unit[..., 1, None, None] - dy * unit[..., 0, None, None]).abs()
    inside = (along >= -_LIMB_END_CELLS) & (along <= length[..., None, None] + _LIMB_END_CELLS) & (aside <= LIMB_HALF_WIDTH_CELLS)
    return unit, inside.float()


def mask(boxes, heat, pafs, stride_px):
    """B x 1 x H x W: 0 on people without usable labels, 1 elsewhere; a labelled person in front of such a box still counts.

    boxes: for each picture K x (left, top, right, bottom) in px of the crop.
    """
    height, width = heat.shape[2:]
    out = torch.ones(heat.shape[0], 1, height, width)
    for picture, found in zip(out, boxes):
        for left, top, right, bottom in found:
            x0, y0 = max(0, int(left // stride_px)), max(0, int(top // stride_px))
            x1, y1 = min(width, int(-(-right // stride_px))), min(height, int(-(-bottom // stride_px)))
            picture[0, y0:max(y0, y1), x0:max(x0, x1)] = 0
    out = out.to(heat.device)
    labelled = (heat[:, :18].amax(1, keepdim=True) > .05) | (pafs.abs().amax(1, keepdim=True) > 0)
    return torch.where(labelled, torch.ones_like(out), out)
