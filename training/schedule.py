"""Learning rate and the running average of the weights, both functions of the step alone."""
import math

import torch


def learning_rate(step, steps, peak, warm_up, last=0.01):
    """Linear from nothing over `warm_up` steps, then half a cosine down to `last` of the peak; step counts from 0."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    done = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return peak * (last + (1 - last) * .5 * (1 + math.cos(math.pi * done)))


class Ema:
    """Exponential moving average of the weights: what is evaluated and exported. It follows fast at first, slower the longer it runs."""

    def __init__(self, net, longest):
        self.longest = longest
        self.weights = {name: value.detach().clone() for name, value in net.state_dict().items()}

    @torch.no_grad()
    def update(self, net, step):
        decay = min(self.longest, (step + 1) / (step + 10))
        mine, new = list(self.weights.values()), [v.detach() for v in net.state_dict().values()]
        torch._foreach_mul_(mine, decay)
        torch._foreach_add_(mine, new, alpha=1 - decay)
