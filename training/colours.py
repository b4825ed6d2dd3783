"""What cameras and codecs do to a picture, and what stands in front of people: applied to the student's crops only, never to the teacher's.

Every function takes and returns B x 3 x H x W, BGR 0..255, on any device. Randomness comes from `random` (NumPy's Generator).
"""
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch.nn import functional as F


@dataclass
class Strengths:
    """Shares of a batch's pictures, 0..1, that each effect touches, and how far light and colour move."""
    light: float = .35       # contrast by this factor, brightness by 85 times it
    tint: float = .08        # the same, each channel by itself
    grey: float = .1
    noise: float = .15
    blur: float = .1
    jpeg: float = .2
    occluder: float = .2

    def __post_init__(self):
        for f in fields(self):
            if not 0 <= getattr(self, f.name) <= 1:
                raise ValueError(f'colours.{f.name} is {getattr(self, f.name)}; it must lie in 0..1')


def change(pictures, strengths, random):
    """All effects, in the order in which they happen: things stand in the way, light falls, the lens blurs, the sensor hisses, the codec squeezes."""
    out = pictures.clone()
    for effect, share in ((occlude, strengths.occluder), (blur, strengths.blur), (to_grey, strengths.grey)):
        _to_some(out, effect, share, random)
    out = light(out, strengths, random)
    for effect, share in ((noise, strengths.noise), (jpeg, strengths.jpeg)):
        _to_some(out, effect, share, random)
    return out.clamp(0, 255)


def _to_some(pictures, effect, share, random):
    """Each picture with a chance of `share`; those that are drawn at once, each with a strength of its own."""
    drawn = torch.from_numpy(np.flatnonzero(random.random(len(pictures)) < share)).to(pictures.device)
    if len(drawn):
        pictures[drawn] = effect(pictures[drawn], random)


def _beside(values, like):
    """`values` as 32-bit floats on the device of `like`."""
    return torch.from_numpy(np.asarray(values, np.float32)).to(like.device)


def _each(values, like):
    """One number a picture, B x 1 x 1 x 1."""
    return _beside(values, like).view(-1, 1, 1, 1)


def light(x, strengths, random):
    """Contrast and brightness of the picture and of each channel."""
    def factor(reach, channels):
        return _beside(random.uniform(-reach, reach, (len(x), channels, 1, 1)), x)

    brightness_px, tint_px = 85 * strengths.light, 85 * strengths.tint
    gain = (1 + factor(strengths.light, 1)) * (1 + factor(strengths.tint, 3))
    return (x - 128) * gain + 128 + factor(brightness_px, 1) + factor(tint_px, 3)


def to_grey(x, random):
    """An infrared or black-and-white camera: Rec. 601 luma in every channel."""
    weights = torch.tensor([.114, .587, .299], device=x.device).view(1, 3, 1, 1)
    return (x * weights).sum(1, keepdim=True).expand_as(x)


def noise(x, random, largest=14):
    """Gaussian sensor noise."""
    source = torch.Generator(x.device).manual_seed(int(random.integers(2 ** 62)))
    return x + torch.randn(x.shape, generator=source, device=x.device) * _each(random.uniform(2, largest, len(x)), x)


def blur(x, random):
    """Lost resolution: shrunk and enlarged again."""
    out = []
    for picture in x.split(1):
        size = [max(8, round(edge * random.uniform(.35, .8))) for edge in x.shape[2:]]
        small = F.interpolate(picture, size=size, mode='bilinear', align_corners=False)
        out.append(F.interpolate(small, size=x.shape[2:], mode='bilinear', align_corners=False))
    return torch.cat(out)


def occlude(x, random):
    """A plain rectangle of a twelfth to a third of the side in front of whatever is there; the labels stay, as for a person behind a table."""
    inside = True
    for axis, edge in ((2, x.shape[2]), (3, x.shape[3])):
        length = random.integers(edge // 12 + 1, edge // 3 + 2, len(x))
        first = random.integers(0, edge - length + 1)
        at = torch.arange(edge, device=x.device).view([-1 if i == axis else 1 for i in range(4)])
        inside = inside & (at >= _each(first, x)) & (at < _each(first + length, x))
    return torch.where(inside, _beside(random.uniform(0, 255, (len(x), 3, 1, 1)), x), x)


# Quantisation of luminance at quality 50: ITU-T T.81 (JPEG), table K.1.
_JPEG_TABLE = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]], np.float32)


def _dct_matrix():
    k = np.arange(8)
    matrix = np.cos((2 * k[None] + 1) * k[:, None] * np.pi / 16) * .5
    matrix[0] /= np.sqrt(2)
    return matrix.astype(np.float32)


def jpeg(x, random, quality=None):
    """JPEG's loss without its file: 8 x 8 DCT of each channel, quantised at a quality of 15..70 (the scaling of the IJG library), and back."""
    quality = random.uniform(15, 70, len(x)) if quality is None else np.full(len(x), quality)
    scale = np.where(quality < 50, 50 / quality, 2 - quality / 50)
    table = _beside(np.clip(np.round(_JPEG_TABLE * scale[:, None, None]), 1, 255), x)[:, None, None, None]
    dct = _beside(_dct_matrix(), x)
    height, width = x.shape[2:]
    padded = F.pad(x - 128, (0, -width % 8, 0, -height % 8), mode='replicate')
    batch, channels, rows, columns = padded.shape
    blocks = padded.view(batch, channels, rows // 8, 8, columns // 8, 8).permute(0, 1, 2, 4, 3, 5)
    coefficients = torch.round(dct @ blocks @ dct.t() / table) * table
    out = (dct.t() @ coefficients @ dct).permute(0, 1, 2, 4, 3, 5).reshape(batch, channels, rows, columns)
    return out[:, :, :height, :width] + 128
