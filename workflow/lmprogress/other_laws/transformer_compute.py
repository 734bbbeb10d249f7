"""Parameters and training compute of a transformer from its shape, and the limits of 6ND.

In: blocks, width, context and vocabulary. Out: parameters and FLOP.

A block of width h has four h × h matrices of attention and two h × 4h of the feed-forward part: 12h² parameters.
A token costs two FLOP for each parameter in the forward pass (multiply and add) and four in the backward pass
(gradients by input and by weight): 6 for each, 72ih² for i blocks. Two things do not scale with the parameters of
the blocks: attention scores and their use, 12·i·s·h for a context of s (s/6h of the above), and the output
layer, 6·h·V for V entries (V/12ih of the above). So FLOP for each token = 72ih²·(1 + s/6h + V/12ih), and 6ND holds
where s ≪ 6h and V ≪ 12ih (Narayanan et al. 2021, arXiv 2104.04473, equation 3, with 96 for 72 where activations are
computed a second time).
"""

from __future__ import annotations


def block_parameters(n_blocks: int, width: int) -> int:
    """Parameters of the blocks, 12ih²; embeddings, biases and norms left out."""
    return 12 * n_blocks * width**2


def training_flop_per_token(
    n_blocks: int, width: int, context: int, vocabulary: int, *, recompute: bool = False
) -> float:
    """Training FLOP for one token: forward and backward pass, with a second forward pass where `recompute`."""
    passes = 8 if recompute else 6
    blocks = passes * block_parameters(n_blocks, width)
    return blocks * (1 + context / (6 * width) + (6 / passes) * vocabulary / (12 * n_blocks * width))
