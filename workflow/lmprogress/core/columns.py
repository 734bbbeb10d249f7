"""What a schema is made of: a column with its unit and limits, a table with its key and order.

In: a frame, or the strings of a CSV. Out: the same rows typed and sorted, or the first bad cell as an InputError.

Written here rather than taken from a validation library: a message has to name file, line, column, value and
remedy, and the import of pandera alone costs more than most jobs of the workflow take.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from lmprogress.core.csv_text import lost_zero, rewritten_date
from lmprogress.core.errors import InputError

_DTYPE = {"string": "str", "float": "float64", "integer": "Int64", "boolean": "boolean", "date": "str"}
_WORDS = {"true": True, "false": False}
_ARXIV_IDS = ("paper_id", "arxiv_id")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
Vocabularies = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Column:
    """One column: its kind, meaning, unit and what it may hold.

    `above` is an exclusive lower bound, `least` and `most` are inclusive. `allowed` lists the only strings;
    `vocabulary` names a list that comes from the configuration (for instance the benchmarks). `pattern` must
    match the whole string. A date is an ISO string, not after today.
    """

    name: str
    kind: str
    description: str
    unit: str = ""
    nullable: bool = False
    may_be_infinite: bool = False
    above: float | None = None
    least: float | None = None
    most: float | None = None
    allowed: tuple[str, ...] = ()
    vocabulary: str = ""
    pattern: str = ""
    remedy: str = ""

    def legal(self) -> str:
        """The allowed values in words, for errors and the data dictionary."""
        parts = []
        if self.allowed:
            parts.append("one of " + ", ".join(self.allowed))
        if self.vocabulary:
            parts.append(f"one of the {self.vocabulary}s in config/")
        if self.above is not None:
            parts.append(f"above {self.above:g}")
        if self.least is not None:
            parts.append(f"at least {self.least:g}")
        if self.most is not None:
            parts.append(f"at most {self.most:g}")
        if self.pattern:
            parts.append(f"of the form {self.pattern}")
        if self.kind == "date":
            parts.append("a date YYYY-MM-DD, not after today")
        return "; ".join(parts)


@dataclass(frozen=True)
class Table:
    """One table: its columns, the key that is unique, the order of its rows, who writes it, and where.

    `files` are those that every run has. {name}, {edition} and {procedure} stand for the table's name, each edition
    and each procedure; {fitted}, {judged} and {varied} for editions with fits, with a verdict, with both. Without an
    ending, a file is Parquet, in results/tables with a CSV beside it.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[str, ...] = ()
    writer: str = ""
    files: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError where there is none."""
        return next(c for c in self.columns if c.name == name)

    def empty(self) -> pd.DataFrame:
        """The table without rows."""
        return pd.DataFrame({c.name: pd.Series(dtype=cast(Any, _DTYPE[c.kind])) for c in self.columns})

    def checked(self, frame: pd.DataFrame, where: str, vocabularies: Vocabularies | None = None) -> pd.DataFrame:
        """`frame` with exactly this table's columns, typed, checked and sorted. Raises InputError."""
        self._check_columns(frame, where)
        typed = pd.DataFrame({c.name: self._typed(frame[c.name], c, where) for c in self.columns})
        # what was written by this package comes back in order, which is told faster than made
        in_order = _ascends(typed, self.key)
        self._check_values(typed, frame, where, (), vocabularies or {}, distinct=in_order)
        if in_order and not self.order:
            return typed.reset_index(drop=True)
        return typed.sort_values(list(self.order or self.key), kind="stable", ignore_index=True)

    def parsed(
        self, text: pd.DataFrame, where: str, lines: Sequence[int], vocabularies: Vocabularies | None = None
    ) -> pd.DataFrame:
        """The strings of a CSV typed and checked, in the order of the file. Raises InputError with the row's line."""
        self._check_columns(text, where)
        self._refuse_rewritten(text, where, lines)
        typed = pd.DataFrame({c.name: self._from_text(text[c.name], c, where, lines) for c in self.columns})
        self._check_values(typed, text, where, lines, vocabularies or {})
        return typed

    # ---- one check each -------------------------------------------------------------------------------------------

    def _check_columns(self, frame: pd.DataFrame, where: str) -> None:
        names = [c.name for c in self.columns]
        missing = [n for n in names if n not in frame.columns]
        if missing:
            raise InputError(
                f"the table '{self.name}' lacks this column",
                file=where,
                column=missing[0],
                remedy=f"add it; the columns are {', '.join(names)}",
            )
        unknown = [n for n in frame.columns if n not in names]
        if unknown:
            raise InputError(
                f"the table '{self.name}' has no such column",
                file=where,
                column=str(unknown[0]),
                remedy=f"remove or rename it; the columns are {', '.join(names)}",
            )

    def _refuse_rewritten(self, text: pd.DataFrame, where: str, lines: Sequence[int]) -> None:
        """Raise InputError for an identifier or a date that a spreadsheet program took for something else."""
        for column in self.columns:
            if column.kind == "date":
                problem, remedy_of = "is not a date YYYY-MM-DD, but as a spreadsheet program writes it", rewritten_date
            elif column.name in _ARXIV_IDS:
                problem, remedy_of = "lost a zero: this arXiv identifier was taken for a number", lost_zero
            else:
                continue
            for i, value in enumerate(text[column.name]):
                remedy = remedy_of(value) if isinstance(value, str) else None
                if remedy:
                    raise self._error(
                        problem, dataclasses.replace(column, remedy=remedy), text[column.name], i, where, lines
                    )

    def _typed(self, values: pd.Series, column: Column, where: str) -> pd.Series:
        try:
            if column.kind in ("string", "date") and not isinstance(values.dtype, pd.StringDtype):
                wrong = values.notna() & ~values.map(lambda v: isinstance(v, str)).astype(bool)
                if wrong.any():
                    raise TypeError
            typed = values.astype(cast(Any, _DTYPE[column.kind]))
        except (TypeError, ValueError, OverflowError) as error:
            bad = next((i for i, v in enumerate(values) if not _fits(v, column.kind)), 0)
            raise self._error(f"is not of kind {column.kind}", column, values, bad, where, ()) from error
        return _as_in_csv(typed) if column.kind in ("string", "date") else typed

    def _from_text(self, values: pd.Series, column: Column, where: str, lines: Sequence[int]) -> pd.Series:
        def convert(value: object) -> object:
            if not isinstance(value, str):
                return None
            if column.kind == "float":
                return _number(value)
            if column.kind == "integer":
                return int(value)
            if column.kind == "boolean":
                return _WORDS[value.lower()]  # a spreadsheet program writes TRUE
            return value

        converted = []
        for i, value in enumerate(values):
            try:
                converted.append(convert(value))
            except (ValueError, KeyError):
                kinds = {"float": "a number", "integer": "a whole number", "boolean": "true or false"}
                raise self._error(f"is not {kinds[column.kind]}", column, values, i, where, lines) from None
        return pd.Series(converted, index=values.index, dtype=cast(Any, _DTYPE[column.kind]))

    def _check_values(
        self,
        frame: pd.DataFrame,
        given: pd.DataFrame,
        where: str,
        lines: Sequence[int],
        vocabularies: Vocabularies,
        distinct: bool = False,
    ) -> None:
        """Check `frame`, of which keys are known to be `distinct`; errors show values as in `given`, before typing."""
        for column in self.columns:
            values = frame[column.name]
            present = values.notna().to_numpy(bool)
            for wrong, problem in self._complaints(values, present, column, vocabularies):
                if wrong.any():
                    row = int(np.flatnonzero(wrong)[0])
                    more = int(wrong.sum()) - 1
                    problem += f" ({more} more such row{'s' if more > 1 else ''})" if more else ""
                    raise self._error(problem, column, given[column.name], row, where, lines)
        doubled = np.zeros(0, bool) if distinct else frame.duplicated(list(self.key), keep="first").to_numpy(bool)
        if doubled.any():
            row = int(np.flatnonzero(doubled)[0])
            value = ", ".join(f"{k}={frame[k].iloc[row]}" for k in self.key)
            raise InputError(
                "this key stands in an earlier row already",
                file=where,
                row=_place(row, lines),
                column=", ".join(self.key),
                value=value,
                remedy="keep one of the two rows, or give the second an id of its own",
            )

    def _complaints(
        self, values: pd.Series, present: np.ndarray, column: Column, vocabularies: Vocabularies
    ) -> Iterator[tuple[np.ndarray, str]]:
        if not column.nullable:
            yield ~present, "must not be empty"
        if column.kind in ("float", "integer"):
            number = values.to_numpy(dtype=float, na_value=np.nan)
            if not column.may_be_infinite:
                yield present & np.isinf(number), "is infinite"
            if column.above is not None:
                yield present & ~(number > column.above), f"must be above {column.above:g}"
            if column.least is not None:
                yield present & ~(number >= column.least), f"must be at least {column.least:g}"
            if column.most is not None:
                yield present & ~(number <= column.most), f"must be at most {column.most:g}"
        if column.kind == "date":
            today = datetime.date.today().isoformat()
            yield present & _fails(values, _is_date), "is not a date YYYY-MM-DD"
            yield present & _fails(values, lambda text: text <= today), "lies in the future"
        if column.kind == "string":
            allowed = column.allowed or tuple(vocabularies.get(column.vocabulary, ()))
            if allowed:
                known = f"is an unknown {column.vocabulary or 'value'}; known are {', '.join(allowed)}"
                yield present & ~values.isin(allowed).to_numpy(bool), known
            if column.pattern:
                form = re.compile(column.pattern, re.ASCII)
                yield present & _fails(values, form.fullmatch), f"is not of the form {column.pattern}"

    def _error(
        self, problem: str, column: Column, values: pd.Series, row: int, where: str, lines: Sequence[int]
    ) -> InputError:
        value: Any = values.iloc[row]
        default = f"'{column.name}' is {column.description}" + (f", in {column.unit}" if column.unit else "")
        legal = column.legal()
        return InputError(
            problem,
            file=where,
            row=_place(row, lines),
            column=column.name,
            value="" if pd.isna(value) else value,
            remedy=column.remedy or default + (f"; {legal}" if legal else ""),
        )


def _as_in_csv(texts: pd.Series) -> pd.Series:
    """Texts as a CSV can hold them: none is empty, which means missing there, and lines end with a line feed."""
    if (empty := (texts == "").to_numpy(bool)).any():
        texts = texts.mask(empty)
    if texts.str.contains("\r", regex=False, na=False).any():
        texts = texts.str.replace("\r\n", "\n", regex=False).str.replace("\r", "\n", regex=False)
    return texts


def _place(row: int, lines: Sequence[int]) -> str | int:
    return lines[row] if lines else f"row {row + 1}"


def _fails(values: pd.Series, test: Callable[[str], object]) -> np.ndarray:
    """True where a value is there and does not pass `test`."""
    return np.array([isinstance(value, str) and not test(value) for value in values], dtype=bool)


def _number(text: str) -> float:
    number = float(text)
    if np.isnan(number):
        raise ValueError  # "nan" would pass for an empty cell
    return number


def _is_date(text: str) -> bool:
    try:
        return bool(_ISO_DATE.fullmatch(text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _ascends(frame: pd.DataFrame, names: Sequence[str]) -> bool:
    """Whether each row comes after the one before in the order of the columns `names`; not where a value is missing."""
    tied = np.ones(max(len(frame) - 1, 0), bool)
    for name in names:
        values = frame[name]
        if values.hasnans:
            return False
        before, after = values.array[:-1], values.array[1:]
        same = np.asarray(before == after, bool)
        if (tied & ~same & ~np.asarray(before < after, bool)).any():
            return False
        tied &= same
    return not tied.any()


def _fits(value: Any, kind: str) -> bool:
    if pd.isna(value):
        return True
    try:
        return {
            "string": isinstance(value, str),
            "date": isinstance(value, str),
            "float": not isinstance(value, str) and float(value) is not None,
            "integer": not isinstance(value, str) and float(value).is_integer(),
            "boolean": isinstance(value, (bool, np.bool_)),
        }[kind]
    except (TypeError, ValueError):
        return False
