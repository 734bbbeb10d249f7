"""lmprogress: from a pile of papers to the rate of algorithmic progress in language models.

In a notebook: `open_run` gives the tables of a finished run, `fit` fits a law to observations, `read_pdf` gives the
numbers that a paper prints (docs/notebook.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .notebook.fits import Fit, fit
    from .notebook.papers import read_pdf
    from .notebook.runs import Run, open_run

__all__ = ["Fit", "Run", "fit", "open_run", "read_pdf"]

# where each name is; none is loaded before it is asked for, since jobs import this package too
_PLACES = {"Fit": "fits", "fit": "fits", "Run": "runs", "open_run": "runs", "read_pdf": "papers"}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'lmprogress' has no attribute {name!r}")
    return getattr(import_module(f"lmprogress.notebook.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
