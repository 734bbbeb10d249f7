"""A PDF in a notebook.

In: a path. Out: what the machine reads there, as a frame with units.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lmprogress.core.errors import InputError
from lmprogress.core.schemas.reading import READ
from lmprogress.notebook.frames import with_units
from lmprogress.reading.gathering import under_file_names
from lmprogress.reading.places import read_places


def read_pdf(path: str | Path) -> pd.DataFrame:
    """Every reading of the PDF at `path` (table readings): value, quantity, benchmark, split, place, confidence.

    The settings are those of the folder that you are in, where it is one of lmprogress, else those that came with the
    package. `attrs` of the frame hold units, descriptions, and `detail`, what there is to say of the paper. Raises
    InputError where the PDF cannot be read.
    """
    readings, statuses, *_ = under_file_names(read_places([path], only=True))
    status = statuses[statuses["file"].notna()].to_dict("records")[0]
    if status["status"] not in READ:
        said = str(status["status"]).replace("_", " ")
        raise InputError(
            f"was not read: {said}", file=str(path), value=None if pd.isna(status["detail"]) else status["detail"],
            remedy="give a PDF that opens without a password and has text, not pictures of pages",
        )  # fmt: skip
    readings.attrs["detail"] = None if pd.isna(status["detail"]) else status["detail"]
    return with_units(readings, "readings")
