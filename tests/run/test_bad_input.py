"""Bad input: one error that names file, row, column, value and remedy; nothing runs and nothing is left behind."""

from __future__ import annotations

import pytest

from conftest import ROOT, Checkout

DPI_LINE = (ROOT / "config/config.yaml").read_text(encoding="utf-8").partition("  dpi: 300")[0].count("\n") + 1


def refuse(checkout: Checkout, *expected: str) -> None:
    result = checkout.snakemake("--cores", "2")
    assert result.returncode != 0
    for part in expected:
        assert part in result.stdout, f"{part!r} not in:\n{result.stdout}"
    assert "remedy:" in result.stdout
    assert "Traceback" not in result.stdout
    begins_with_what_is_wrong(result.stdout, expected[0])
    assert result.stdout.count("remedy:") == 1
    assert checkout.files("processed", "results") == {}


def begins_with_what_is_wrong(said: str, file: str) -> None:
    """Nothing comes before but the engine's line on its profile."""
    first, second = said.splitlines()[:2]
    assert first.startswith("Using workflow specific profile")
    assert second.startswith(file), said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("interval_percent: 95", "interval_percentt: 95", ("interval_percent",)),
        ("interval_percent: 95", "interval_percent: 195", ("interval_percent", "195")),
        ("keep: 3", "keep: three", ("editions.published.cap.keep", "three")),
        ("unit: paper_id", "unit: author", ("cap.unit", "author")),
        ("    - shared_constants_data_progress\n", "    - no_such_law\n", ("no_such_law",)),
        ("penalties: [0, 0.0025]\n  #", "penalties: [0, 0.003]\n  #", ("laws.penalties", "0.003")),
        ("[benchmark_intercepts, compute_only, hicks_neutral]", "[transformer_gain]", ("laws.specifications", "gain")),
        ("[benchmark_intercepts, compute_only, hicks_neutral]", "all", ("editions.extracted.laws",)),
        ("    cap: *cap\n    # The laws", "    laws: al\n    cap: *cap\n    # The laws", ("laws",)),
        ("dpi: 300", "dpi: 300\n  colour: red", ("figures.colour", "unknown key")),
        ("editions:", "editions", ("not valid YAML",)),
        ("dpi: 300", "dpi: 300\n  dpi: 90", (f"line {DPI_LINE + 1}", "dpi", f"line {DPI_LINE} already")),
        ("dpi: 300", "dpii: 300\ninterval_procent: 95", ("2 errors", "did you mean 'dpi'", "'interval_percent'")),
    ],
)
def test_settings(checkout: Checkout, old: str, new: str, expected: tuple[str, ...]) -> None:
    checkout.replace("config/config.yaml", old, new)
    result = checkout.snakemake("--cores", "2")
    assert result.returncode != 0
    for part in expected:
        assert part in result.stdout, f"{part!r} not in:\n{result.stdout}"
    begins_with_what_is_wrong(result.stdout, "config/config.yaml")
    assert checkout.files("processed", "results") == {}


def edit(checkout: Checkout, table: str, line: int, column: str, value: str) -> None:
    """Put `value` into one cell of a raw table; `line` as an editor counts."""
    import csv

    path = checkout.path / f"raw/{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[line - 1][rows[0].index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(
    ("table", "line", "column", "value", "problem"),
    [
        ("evaluations", 7, "perplexity", "0.9", "above 1"),
        ("evaluations", 7, "perplexity", "12,5", "not a number"),
        ("evaluations", 9, "benchmark", "wt104", "unknown benchmark"),
        ("evaluations", 9, "system_id", "1810.06682/no-such-system", "system"),
        ("systems", 5, "n_parameters", "-3", "above 0"),
        ("systems", 5, "architecture", "transfromer", "unknown architecture"),
        ("systems", 5, "paper_id", "9999.99999", "paper"),
        ("papers", 4, "publication_date", "2999-01-01", "future"),
        ("papers", 4, "publication_date", "2019-02-30", "not a date"),
        ("papers", 4, "title", "", "must not be empty"),
        ("exclusions", 2, "system_id", "1810.06682/no-such-system", "system"),
        ("corrections", 2, "column", "n_parametres", "column"),
    ],
)
def test_cells(checkout: Checkout, table: str, line: int, column: str, value: str, problem: str) -> None:
    edit(checkout, table, line, column, value)
    refuse(checkout, f"raw/{table}.csv", f"line {line}", column, problem, *([repr(value)] if value else []))


def test_missing_column(checkout: Checkout) -> None:
    checkout.replace("raw/systems.csv", "n_parameters", "parameters")
    refuse(checkout, "raw/systems.csv", "n_parameters", "lacks")


def test_duplicate_key(checkout: Checkout) -> None:
    path = checkout.path / "raw/papers.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[3]]), encoding="utf-8")
    refuse(checkout, "raw/papers.csv", f"line {len(lines) + 1}", "earlier row")


def test_missing_table(checkout: Checkout) -> None:
    (checkout.path / "raw/papers.csv").unlink()
    result = checkout.snakemake("--cores", "2")
    assert result.returncode != 0
    assert "raw/papers.csv" in result.stdout
    assert checkout.files("processed", "results") == {}
