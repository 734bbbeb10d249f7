"""The one error that a user sees for bad input.

In: where the input is wrong. Out: a message that names file, row, column or key, value and remedy.
"""

from __future__ import annotations


class InputError(ValueError):
    """Input that a person has to correct: a setting, a raw table, a file.

    Parameters
    ----------
    problem: what is wrong, in one clause.
    file: the file to open.
    row: where in the file; for a CSV the line number as an editor shows it.
    column: the column of a table.
    key: the key of a setting.
    value: the value found.
    remedy: what to do next.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str,
        row: str | int | None = None,
        column: str | None = None,
        key: str | None = None,
        value: object = None,
        remedy: str = "",
    ) -> None:
        self.problem, self.file, self.row = problem, str(file), row
        self.column, self.key, self.value, self.remedy = column, key, value, remedy
        place = [self.file]
        if row is not None:
            place.append(f"line {row}" if isinstance(row, int) else str(row))
        if column is not None:
            place.append(f"column '{column}'")
        if key is not None:
            place.append(key)
        message = f"{', '.join(place)}: {problem}"
        if value is not None:
            message += f" (found {value!r})"
        if remedy:
            message += f"\n  remedy: {remedy}"
        super().__init__(message)
