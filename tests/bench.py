"""Speed and memory, as ratios within one run: python tests/bench.py [NAME …] [--all].

In: the package, and the papers of ../shared/papers where they are (else typeset ones). Out: one table a benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parents[1]
PAPERS = ROOT.parent / "shared" / "papers"
SAMPLE = 20
IN_TURN = 2  # papers that one reader reads before the other does: so both meet the same load of the machine


@dataclass(frozen=True)
class Cost:
    """What one paper cost one reader: seconds of CPU, megabytes at the peak; `well` where it was not stopped by it."""

    seconds: float
    megabytes: float
    well: bool


# ---- reading --------------------------------------------------------------------------------------------------------


def read_with_lmprogress(again: bool = False) -> Callable[[Path], object]:
    """Our whole reading of one paper: look at each page, tables, prose, meaning; `again`: and the second reader."""
    from lmprogress.core.settings_reading import load_reading_vocabulary
    from lmprogress.reading.paper import read_paper

    vocabulary = load_reading_vocabulary(ROOT / "config" / "reading.yaml", ROOT / "config" / "benchmarks.yaml")
    return lambda path: read_paper(path, path.stem, vocabulary, again=again)


def find_with_pdfplumber() -> Callable[[Path], object]:
    """The cells of all tables, without any meaning, by pdfplumber's own finder with its text strategy."""
    import pdfplumber

    def find(path: Path) -> None:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_tables({"vertical_strategy": "text", "horizontal_strategy": "text"})
                page.close()

    return find


READERS: dict[str, Callable[[], Callable[[Path], object]]] = {
    "lmprogress": read_with_lmprogress,
    "with second reader": lambda: read_with_lmprogress(again=True),
    "pdfplumber": find_with_pdfplumber,
}


def measured(reader: str, papers: Sequence[Path]) -> list[Cost]:
    """The cost of each paper but the first, in a process that has loaded `reader` alone."""
    command = [sys.executable, __file__, "--measure", reader, *map(str, papers)]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return [Cost(**row) for row in json.loads(result.stdout)]


def measure(reader: str, papers: Sequence[Path]) -> None:
    """Print the cost of each paper but the first, read in a child of a process that has read the first.

    So none pays for imports, nor for what is prepared once.
    """
    read = READERS[reader]()
    read(papers[0])
    costs = []
    for path in papers[1:]:
        child = os.fork()
        if not child:
            status = 1
            try:
                read(path)
                status = 0
            finally:
                os._exit(status)
        _, status, usage = os.wait4(child, 0)
        costs.append(asdict(Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, status == 0)))
    print(json.dumps(costs))


def bench_reading(everything: bool) -> None:
    """Our reading against pdfplumber's table finder over the same papers."""
    with tempfile.TemporaryDirectory() as folder:
        typeset = typeset_papers(Path(folder))
        papers = sorted(PAPERS.glob("*.pdf")) or typeset
        if not everything and len(papers) > SAMPLE:
            papers = sorted(random.Random("reading").sample(papers, SAMPLE))
        pages = [n_pages(path) for path in papers]
        costs: dict[str, list[Cost]] = {reader: [] for reader in READERS}
        for few in range(0, len(papers), IN_TURN):
            for reader in READERS:
                costs[reader] += measured(reader, [typeset[0], *papers[few : few + IN_TURN]])
    kept = [i for i in range(len(papers)) if all(costs[reader][i].well for reader in READERS)]
    for reader in READERS:
        if stopped := [path.stem for path, cost in zip(papers, costs[reader], strict=True) if not cost.well]:
            print(f"{reader} was stopped by {', '.join(stopped)}: left out of the table")
    print(f"reading: {len(kept)} papers, {sum(pages[i] for i in kept)} pages")
    rows = {reader: summary([costs[reader][i] for i in kept], sum(pages[i] for i in kept)) for reader in READERS}
    ours, theirs = rows["lmprogress"], rows["pdfplumber"]
    rows["pdfplumber / lmprogress"] = {key: theirs[key] / ours[key] for key in ours}
    print(f"{'':24}" + "".join(f"{key:>18}" for key in ours))
    for name, row in rows.items():
        print(f"{name:24}" + "".join(f"{value:18.3f}" for value in row.values()))


def summary(costs: Sequence[Cost], n_pages: int) -> dict[str, float]:
    """What papers cost on average and at most."""
    seconds = [cost.seconds for cost in costs]
    return {
        "CPU s a page": sum(seconds) / n_pages,
        "CPU s a paper": fmean(seconds),
        "longest, CPU s": max(seconds),
        "peak MB a paper": fmean(cost.megabytes for cost in costs),
        "highest peak, MB": max(cost.megabytes for cost in costs),
    }


def typeset_papers(folder: Path) -> list[Path]:
    """The papers of the tests, where there are no others."""
    from typeset import CASES

    for case in CASES.values():
        (folder / f"{case.name}.pdf").write_bytes(case.typeset()[0])
    return sorted(folder.glob("*.pdf"))


def n_pages(path: Path) -> int:
    """The number of pages of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        return len(pdf)


# ---- laws -----------------------------------------------------------------------------------------------------------


def bench_folds(everything: bool) -> None:
    """The cross-validation at global minima against the study's search; imported late, for its libraries."""
    from bench_folds import bench_folds

    bench_folds(everything)


def bench_incremental(everything: bool) -> None:
    """A run with nothing to do, and one with a paper more."""
    import bench_incremental

    bench_incremental.bench_incremental()


def bench_scale(everything: bool) -> None:
    """Time and memory by number of papers; all: 10,000 too."""
    import bench_scale

    bench_scale.bench_scale(everything)


# ---- the command ----------------------------------------------------------------------------------------------------

BENCHMARKS: dict[str, Callable[[bool], None]] = {
    "reading": bench_reading,
    "folds": bench_folds,
    "incremental": bench_incremental,
    "scale": bench_scale,
}


def main() -> None:
    """Run the benchmarks named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}; default: each")
    parser.add_argument(
        "--all", action="store_true", help=f"all papers, not a sample of {SAMPLE}, all folds, all sizes"
    )
    parser.add_argument("--measure", choices=READERS, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.measure:
        measure(parsed.measure, [Path(name) for name in parsed.names])
        return
    if unknown := set(parsed.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    for name in parsed.names or BENCHMARKS:
        BENCHMARKS[name](parsed.all)


if __name__ == "__main__":
    main()
