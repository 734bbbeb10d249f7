"""The command `lmprogress budget`: what a training budget buys, by each law of allocation.

In: a budget, or parameters and tokens; optionally tokens served, a shape, a doubling time. Out: lines to print.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

from lmprogress.core.doubling_times import doubling_time
from lmprogress.core.errors import InputError
from lmprogress.core.project import project_file
from lmprogress.other_laws.transformer_compute import block_parameters, training_flop_per_token

_LAWS = "raw/other_laws/allocation_laws.csv"


def add_budget(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("budget", help="what a training budget buys, by each law of allocation")
    command.add_argument("flop", nargs="?", type=float, metavar="FLOP", help="training compute, for instance 1e24")
    command.add_argument("--parameters", type=float, metavar="N", help="with --tokens, in place of FLOP")
    command.add_argument("--tokens", type=float, metavar="D", help="training tokens")
    command.add_argument("--served", type=float, default=0.0, metavar="TOKENS", help="tokens served over its life")
    command.add_argument("--shape", metavar="BLOCKS,WIDTH,CONTEXT,VOCABULARY", help="check 6ND against a transformer")
    command.add_argument(
        "--doubling-months",
        metavar="MONTHS[,LOW,HIGH]",
        help="doubling time of effective compute (default: the estimates of the last run, where there are any)",
    )
    command.add_argument("--years", type=float, default=5.0, help="years of such progress (default: 5)")
    command.add_argument(
        "--laws",
        type=Path,
        metavar="FILE",
        help="laws of allocation (default: raw/other_laws/allocation_laws.csv)",
    )
    command.add_argument(
        "--verdict", type=Path, default=Path("results/tables/verdict.parquet"), metavar="FILE", help="estimates"
    )
    command.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    for line in budget_lines(parsed):
        print(line)
    return 0


def budget_lines(parsed: argparse.Namespace) -> Iterator[str]:
    """The lines that the command prints. Raises InputError where the arguments do not fit together."""
    # imported here, so that --help starts at once
    from lmprogress.core import tables
    from lmprogress.other_laws.compute_budget import grow, read_allocations

    compute = _compute(parsed)
    laws = tables.read_csv(parsed.laws or project_file(_LAWS), "allocation_laws")
    yield f"training compute {compute:.3g} FLOP (6 × parameters × tokens)"
    yield f"{'law':<34}{'parameters':>12}{'tokens':>12}{'per parameter':>15}{'×10 buys':>14}{'loss':>8}"
    for allocation in read_allocations(laws).values():
        growth = f"{10**allocation.exponent:.1f}× {10 ** (1 - allocation.exponent):.1f}×"
        best = allocation.allot(compute)
        if best is None:
            yield f"{allocation.label:<34}{'–':>12}{'–':>12}{'–':>15}{growth:>14}{'–':>8}"
            continue
        size, tokens = best
        law = allocation.loss_law
        loss = f"{law.loss(size, tokens):.3f}" if law else "–"
        yield f"{allocation.label:<34}{size:>12.3g}{tokens:>12.3g}{tokens / size:>15.1f}{growth:>14}{loss:>8}"
        if law and parsed.served > 0:
            small, longer = law.cheapest_served(law.loss(size, tokens), parsed.served)
            total = 6 * small * longer + 2 * small * parsed.served
            saved = 1 - total / (compute + 2 * size * parsed.served)
            yield (
                f"{'  to serve ' + format(parsed.served, '.3g') + ' tokens':<34}{small:>12.3g}{longer:>12.3g}"
                f"{longer / small:>15.1f}   {100 * saved:.0f} % less compute in total"
            )
    if parsed.shape:
        yield from _shape_lines(parsed.shape)
    rates = list(_rates(parsed))
    if rates:
        yield f"after {parsed.years:g} years of progress, worth so many times as much; what it buys now then takes"
    for name, months, low, high in rates:
        gain, slow = grow(months, parsed.years), grow(high, parsed.years)
        fast = f"{grow(low, parsed.years):.3g}" if low > 0 else "∞"
        yield f"{name:<46}{gain:>12.3g} {f'[{slow:.3g}, {fast}]':<20}{compute / gain:>12.3g} FLOP"


def _rates(parsed: argparse.Namespace) -> Iterator[tuple[str, float, float, float]]:
    """Name, doubling time, fast and slow end in months, nan where there is none: as given, or as the last run found."""
    from lmprogress.core import tables

    if parsed.doubling_months:
        months = _numbers(parsed.doubling_months, "--doubling-months", (1, 3))
        yield "doubling time as given", months[0], *(months[1:] or (months[0], months[0]))
    elif parsed.verdict.exists():
        try:
            verdict = tables.read(parsed.verdict, "verdict")
        except InputError as error:
            raise InputError(
                f"was not written by this version: {error.problem}", file=str(parsed.verdict),
                remedy="run again (make run), name the table of a newer run (--verdict), or give --doubling-months",
            ) from error  # fmt: skip
        for row in verdict.to_dict("records"):
            name = f"{row['edition']}: {doubling_time(row)}"
            yield name, row["estimate_months"], row["low_months"], row["high_months"]


def _compute(parsed: argparse.Namespace) -> float:
    given = (parsed.parameters is not None, parsed.tokens is not None)
    if (parsed.flop is None) == (not any(given)) or (any(given) and not all(given)):
        raise InputError(
            "give either FLOP, or both --parameters and --tokens", file="lmprogress budget", remedy="see --help"
        )
    compute = float(parsed.flop if parsed.flop is not None else 6 * parsed.parameters * parsed.tokens)
    if not (compute > 0 and math.isfinite(compute)):
        raise InputError("must be above zero", file="lmprogress budget", value=compute, remedy="see --help")
    return compute


def _shape_lines(shape: str) -> Iterator[str]:
    blocks, width, context, vocabulary = (int(v) for v in _numbers(shape, "--shape", (4,)))
    size = block_parameters(blocks, width)
    exact = training_flop_per_token(blocks, width, context, vocabulary)
    again = training_flop_per_token(blocks, width, context, vocabulary, recompute=True)
    yield f"{blocks} blocks of width {width}: {size:.3g} parameters in the blocks"
    yield f"{exact:.3g} FLOP a token, {exact / (6 * size):.3f} times 6N; {again / (6 * size):.3f} with recomputation"


def _numbers(text: str, option: str, counts: tuple[int, ...]) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in counts or not all(n > 0 for n in numbers):
        raise InputError(
            f"needs {' or '.join(str(c) for c in counts)} numbers above zero, separated by commas",
            file=option,
            value=text,
            remedy="see lmprogress budget --help",
        )
    return numbers
