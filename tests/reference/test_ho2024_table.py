"""The raw tables against the study's released table, cell by cell, and the observations against its own filter.

In: ../shared/ho2024/models.csv beside the checkout. Out: failures where a value was lost or changed on the way.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from curated import ARCHITECTURES, BENCHMARKS, RAW, curated

LEFT_OUT_IN_CODE = (
    "GPT3-6.7B + muP",
    "LLaMA-65B (LoRA finetuned)",
    "LLaMA-13B (LoRA finetuned)",
    "LLaMA-7B (LoRA finetuned)",
)
PERPLEXITIES = {"wt103": "Perplexity (WT103)", "wt2": "Perplexity (WT2)", "ptb": "Perplexity (PTB)"}


@pytest.fixture(scope="module")
def released(shared: Path) -> pd.DataFrame:
    """The released table as text, 408 rows."""
    path = shared / "ho2024" / "models.csv"
    if not path.is_file():
        pytest.skip("../shared/ho2024/models.csv, the study's released table, is not beside the checkout")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce")


def same(ours: pd.Series, theirs: pd.Series) -> None:
    pd.testing.assert_series_equal(
        ours.astype(object).where(ours.notna(), None),
        theirs.astype(object).where(theirs.notna(), None),
        check_names=False,
        check_dtype=False,
        check_exact=True,
    )


@pytest.mark.parametrize(
    ("column", "theirs"),
    [
        ("n_parameters", "Parameters"),
        ("dataset_size_tokens", "Dataset Size"),
        ("pretraining_dataset_size_tokens", "Pretrain Dataset Size"),
        ("finetuning_dataset_size_tokens", "Finetune Dataset Size"),
        ("n_epochs", "Epoch"),
        ("reported_training_compute_flop", "Training Compute"),
        ("vocabulary_size", "Vocabulary"),
        ("zero_shot", "Zero-shot?"),
        ("uses_cache", "Uses Cache"),
        ("study_included", "Include?"),
        ("study_outlier", "Outlier?"),
        ("study_uncertain", "uncertain"),
    ],
)
def test_numbers_and_flags(released: pd.DataFrame, column: str, theirs: str) -> None:
    same(RAW.systems[column].astype("Float64").astype(float), number(released[theirs]).astype(float))


def test_names(released: pd.DataFrame) -> None:
    same(RAW.systems["system"], released["System"].str.strip())
    same(RAW.systems["base_model"], released["Base Model"].replace("", None))
    families = RAW.systems["architecture"].map(lambda name: ARCHITECTURES[name].name, na_action="ignore")
    same(families, released["Architecture"].replace("", None))


def test_tokenizers_and_training_data(released: pd.DataFrame) -> None:
    address = released["Tokenizer"].str.startswith("http")
    assert address.sum() == 8
    assert set(RAW.systems.loc[address, "tokenizer"]) == {"GPT-NeoX-20B"}
    same(RAW.systems.loc[~address, "tokenizer"], released.loc[~address, "Tokenizer"].replace({"": None, "?": None}))
    is_number = number(released["Dataset(s)"]).notna()
    same(RAW.systems["training_datasets"], released["Dataset(s)"].mask(is_number, "").replace("", None))


def test_papers(released: pd.DataFrame) -> None:
    assert RAW.papers["title"].tolist() == released["Reference"].drop_duplicates().tolist()
    paper = RAW.papers.set_index("paper_id").loc[RAW.systems["paper_id"]].reset_index()
    same(paper["title"], released["Reference"])
    same(
        RAW.systems["publication_date"].fillna(paper["publication_date"]),
        released["Publication date"].str.replace("/", "-"),
    )
    # a filled date of a system differs from its paper's
    assert not (RAW.systems["publication_date"] == paper["publication_date"]).any()


def test_addresses(released: pd.DataFrame) -> None:
    arxiv = released["Link"].str.extract(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")[0]
    for i, system in RAW.systems.iterrows():
        paper = RAW.papers.set_index("paper_id").loc[system["paper_id"]]
        ours = paper["arxiv_id"] if pd.notna(arxiv[i]) else paper["url"]
        theirs = arxiv[i] if pd.notna(arxiv[i]) else re.sub(r"#.*|\?ref=.*", "", released["Link"][i])
        # a row whose address is not its paper's names it in the source
        assert ours == theirs or system["source"].endswith(theirs), system["system_id"]
    same(RAW.papers["url"].str.extract(r"^https://arxiv\.org/abs/(.*)$")[0], RAW.papers["arxiv_id"])


def test_evaluations(released: pd.DataFrame) -> None:
    for benchmark, column in PERPLEXITIES.items():
        ours = RAW.evaluations[RAW.evaluations["benchmark"] == benchmark].set_index("system_id")["perplexity"]
        same(RAW.systems["system_id"].map(ours), number(released[column]))
    assert len(RAW.evaluations) == sum(number(released[c]).notna().sum() for c in PERPLEXITIES.values())


@pytest.mark.parametrize("name", ["papers", "systems", "evaluations"])
def test_sources_name_the_row(released: pd.DataFrame, name: str) -> None:
    frame = getattr(RAW, name)
    rows = frame["source"].str.extract(r"^Ho et al\. 2024, released table, row (\d+)(?:,|$)")[0].astype(int) - 1
    if name == "papers":
        assert released["Reference"].iloc[rows].tolist() == frame["title"].tolist()
    else:
        position = dict(zip(RAW.systems["system_id"], range(len(released)), strict=True))
        assert rows.tolist() == [position[system] for system in frame["system_id"]]


def study_filter(released: pd.DataFrame) -> pd.DataFrame:
    """The rows that the study fits, in its order, after section 2.2.2 of the paper and its released code."""
    table = released.assign(
        N=number(released["Parameters"]),
        D=number(released["Dataset Size"]),
        **{benchmark: number(released[column]) for benchmark, column in PERPLEXITIES.items()},
    )
    table = table[table["N"].notna() & (table["D"] > 0)]
    table = table[(number(table["Include?"]) != 0) & (number(table["Outlier?"]) != 1)]
    # one column of perplexities, filled before the table is stacked by benchmark
    table["perplexity"] = table["wt103"].fillna(table["wt2"]).fillna(table["ptb"])
    table = table[table["perplexity"].notna()]
    stacked = pd.concat([table[table[benchmark].notna()].assign(benchmark=benchmark) for benchmark in BENCHMARKS])
    stacked = stacked[number(stacked["uncertain"]) == 0]
    stacked = stacked[~stacked["System"].isin(LEFT_OUT_IN_CODE)]
    stacked = stacked.sort_values(["Reference", "perplexity"], kind="stable")
    return stacked.groupby("Reference", sort=False).head(3)


def test_observations_are_the_rows_of_the_study_in_its_order(released: pd.DataFrame) -> None:
    theirs = study_filter(released)
    ours = curated("published").observations
    row = dict(zip(RAW.systems["system_id"], released.index, strict=True))
    assert [row[system] for system in ours["system_id"]] == theirs.index.tolist()
    assert ours["benchmark"].tolist() == theirs["benchmark"].tolist()
    date = pd.to_datetime(theirs["Publication date"])
    for column, values in {
        "log_perplexity": np.log(theirs["perplexity"]),
        "n_parameters": theirs["N"],
        "dataset_size_tokens": theirs["D"],
        "publication_year": date.dt.year + (date.dt.day_of_year - 1) / 365,
    }.items():
        assert ours[column].tolist() == values.tolist(), column
    assert ours["transformer"].tolist() == (theirs["Architecture"] == "Transformer").tolist()
