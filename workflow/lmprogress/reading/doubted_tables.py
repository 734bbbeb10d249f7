"""Tables and papers in which a perplexity may have been overlooked.

In: the account of tables, readings. Out: tables to look at, each with the reason.
"""

from __future__ import annotations

import pandas as pd

_METRIC = ("perplexity", "both")
_LEAST_EXPLAINED = 0.5  # of the numbers of a table
_MOST_PER_CELL = 3  # numbers that a cell holds: a value, its deviation, a difference


def doubted_tables(accounts: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Rows of `accounts` (schema TABLES) in the order of their doubt, with a column `doubt`, in words.

    Tables that speak of perplexity or a benchmark and have a reason for less than half of their numbers; captions that
    name perplexity and have no numbers with them; tables that name it and in which the second reader finds more numbers
    than their cells can hold; for a paper without any perplexity in `readings` (schema READINGS), the first table that
    names perplexity.
    """
    unexplained = accounts["n_unexplained"] > (1 - _LEAST_EXPLAINED) * accounts["n_numbers"]
    doubted = accounts[unexplained & accounts["speaks_of"].notna()]
    counts = zip(doubted["n_unexplained"], doubted["n_numbers"], strict=True)
    told = [f"{lacking} of its {n} numbers were neither read nor left for a reason" for lacking, n in counts]
    named = accounts["speaks_of"].isin(_METRIC)
    bare = accounts[named & (accounts["n_numbers"] == 0) & accounts["table_label"].notna()]
    more = accounts[named & (accounts["n_numbers_again"] > _MOST_PER_CELL * accounts["n_numbers"].clip(lower=1))]
    told_again = [
        f"the second reader finds {again} numbers, the first {n}"
        for again, n in zip(more["n_numbers_again"], more["n_numbers"], strict=True)
    ]
    read = set(readings.loc[readings["quantity"] == "perplexity", "paper_id"])
    silent = accounts[named & ~accounts["paper_id"].isin(read)].drop_duplicates("paper_id")
    return pd.concat(
        [
            doubted.assign(doubt=told),
            bare.assign(doubt="its caption names perplexity, and no numbers were found with it"),
            more.assign(doubt=told_again),
            silent.assign(doubt="it names perplexity, and none was read in this paper"),
        ]
    ).drop_duplicates("table_id")
