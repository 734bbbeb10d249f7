"""The published edition against the counts and minima of Ho et al. 2024.

In: the observations and the funnel of the checkout. Out: failures where they are not the study's.
Source of the numbers: arXiv 2403.05812, section 2.2.2 and appendix E.1; where the paper rounds, its released code run
on its released table.
"""

from __future__ import annotations

import pytest

from curated import curated

FUNNEL = [
    ("assembled", "system", 408),
    ("not_in_study", "system", 408),
    ("parameters_unknown", "system", 373),
    ("dataset_size_not_positive", "system", 369),
    ("not_included", "system", 284),
    ("outlier", "system", 275),
    ("no_perplexity", "system", 275),
    ("stacked", "record", 281),
    ("other_benchmark", "record", 281),
    ("uncertain", "record", 267),
    ("named", "record", 261),
    ("deduplicated", "record", 261),
    ("capped", "record", 231),
]


def test_funnel() -> None:
    funnel = curated("published").funnel
    assert list(zip(funnel["step"], funnel["unit"], funnel["rows"], strict=True)) == FUNNEL
    assert funnel["step_number"].tolist() == list(range(1, len(FUNNEL) + 1))
    assert funnel["papers"].iloc[[0, -1]].tolist() == [226, 144]


def test_observations() -> None:
    observations = curated("published").observations
    assert observations["benchmark"].value_counts().to_dict() == {"wt103": 103, "ptb": 80, "wt2": 48}
    assert observations["transformer"].sum() == 104
    assert observations["n_parameters"].min() == 2.0e6
    assert observations["dataset_size_tokens"].min() == 8.88e5
    assert observations["publication_year"].min() == pytest.approx(2012.488, abs=5e-4)


def test_four_fitted_records_show_another_benchmark() -> None:
    """The perplexities that the study's code puts in place of these records' own, and those that its table holds."""
    published = curated("published").observations.set_index("record_id")
    other = published[published["benchmark"] != published["perplexity_benchmark"]]
    gpt2 = "language-models-are-unsupervised-multitask-learners/gpt-2-1542m"
    assert other["perplexity"].to_dict() == {
        "2111.02687/gpt2-corelm-fine-tuning:wt2": 29.51,
        f"{gpt2}:wt2": 17.48,
        f"{gpt2}:ptb": 17.48,
        "1810.06682/trellisnet-mos-1.4x-larger:ptb": 29.19,
    }
    own = curated("corrected").steps["deduplicate"].records.set_index("record_id")["perplexity"]
    assert own[list(other.index)].tolist() == [31.80, 18.34, 35.76, 54.19]
