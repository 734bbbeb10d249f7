"""Where every value comes from: evidence in the papers, and the way back from a result to a place on a page.

In: tables of the other rooms. Out: evidence, contradictions, and accounts of single values.
"""
