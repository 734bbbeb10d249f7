"""How training compute is counted, the same wherever it is.

In: nothing. Out: a constant.
"""

# forward and backward pass; Kaplan et al. 2020 (arXiv 2001.08361), section 2.1
FLOP_PER_PARAMETER_AND_TOKEN = 6
