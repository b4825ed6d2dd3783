"""AdamW whose step can be relative to the size of what it changes.

Networks with folded batch norms have weights of very different sizes beside each other; one absolute learning rate either breaks the small ones or
never moves the large ones (a pruned teacher lost half of its fit within fifty steps of plain AdamW). Scaling by each tensor's root mean
square is Adafactor's rule (Shazeer and Stern 2018, section 8).
"""
import torch

_SMALLEST_SCALE = 1e-3   # so that what is zero can leave zero; Adafactor's own constant


def make(net, config):
    """One group a tensor, so that each has its own scale; biases do not decay."""
    groups = []
    for tensor in (p for p in net.parameters() if p.requires_grad):
        scale = max(tensor.detach().square().mean().sqrt().item(), _SMALLEST_SCALE) if config.relative else 1.
        groups.append({'params': [tensor], 'scale': scale, 'weight_decay': config.weight_decay if tensor.dim() > 1 else 0.})
    one_kernel = {'fused': True} if groups[0]['params'][0].is_cuda else {}   # a kernel a tensor, not a dozen
    return torch.optim.AdamW(groups, lr=config.peak, betas=tuple(config.betas), **one_kernel)


def set_rate(optimiser, rate):
    for group in optimiser.param_groups:
        group['lr'] = rate * group['scale']
