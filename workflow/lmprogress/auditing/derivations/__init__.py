"""Second derivations: numbers of a finished run derived again by other code, and often by another method.

In: a run. Out: checks, which `lmprogress audit --deep` and the tests make; a run does without them.
"""
