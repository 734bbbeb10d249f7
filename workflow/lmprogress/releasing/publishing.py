"""A site: the report of a finished run and every file that it links to, ready for any web server.

In: the folder of a sealed run, a folder that is empty or holds a site, the address it will have. Out: the site.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

import pandas as pd

from lmprogress.auditing.exporting import Publication
from lmprogress.auditing.run_files import ROOT, RunFiles
from lmprogress.auditing.table_checks import readable
from lmprogress.core import tables
from lmprogress.core.doubling_times import WHY_NOT, doubling_time, verdict_of
from lmprogress.core.errors import InputError
from lmprogress.core.file_digest import file_digest
from lmprogress.figures.preview import PREVIEW_DPI, plot_preview
from lmprogress.figures.style import look
from lmprogress.releasing.describing import Release, bibtex
from lmprogress.releasing.freezing import RELEASES, check_sealed
from lmprogress.reporting.pages import render

# the files of a site with their digests, as sha256sum lists and checks them
LIST = "lmprogress.sha256"
# what the owner of the site keeps in its folder: version control, the domain at GitHub Pages
_KEPT = (".git", "CNAME")
_REPORT = PurePosixPath("results/report")
# addresses that leave the folder of the report
_OUTSIDE = re.compile(r'\b(href|src)="((?:\.\./)+)([^"#]*)')
_TITLE = re.compile(r"<title>(.*?)</title>")
_OF_RELEASE = ("CHANGES.md", "CITATION.bib")


class Site(NamedTuple):
    """The files of a site by path: a path of the run that is copied, or the text that is written."""

    copied: dict[str, Path]
    written: dict[str, str]


def publish(project: Path, folder: Path, address: str | None) -> int:
    """Write the site of the run in `project` to `folder` and return how many files it has.

    address: where it will be, with its scheme; without it there is no sitemap. An earlier site in `folder` is replaced.
    Raises InputError where the run is not whole, or `folder` holds anything else; nothing is changed then.
    """
    base = f"{address.rstrip('/')}/" if address else ""
    if base and not re.fullmatch(r"https?://[^/\s]\S*", base):
        raise InputError("is no address", file="--address", value=address, remedy="write it as https://…")
    _check_folder(folder)
    run = RunFiles(project)
    check_sealed(run)
    verdict = readable(run, "results/tables/verdict.parquet")
    if verdict is None:
        raise InputError("has no verdict to publish", file=str(project), remedy="make run")
    site = _site(run, verdict, base)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as held:
        new = Path(held) / "new"
        for name, source in site.copied.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, new / name)
        for name, text in site.written.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        with look():
            plot_preview(verdict, _shown(run)).savefig(
                new / "preview.png", dpi=PREVIEW_DPI, metadata={"Software": None}
            )
        names = sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file())
        lines = (f"{file_digest(new / name)}  {name}\n" for name in names)
        (new / LIST).write_text("".join(lines), encoding="utf-8")
        _exchange(folder, new, Path(held) / "old")
    return len(names) + 1


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError("is no folder", file=str(folder), remedy="name a new folder")
    listed = folder / LIST
    own = {LIST}
    if listed.is_file():
        own |= {line[66:] for line in listed.read_text(encoding="utf-8").splitlines()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] not in _KEPT and name.as_posix() not in own and not path.is_dir():
            raise InputError(
                f"holds {name}, which is no part of a site made here", file=str(folder),
                remedy="name a new folder, an empty one, or that of an earlier site",
            )  # fmt: skip


def _exchange(folder: Path, new: Path, old: Path) -> None:
    """Put `new` in the place of `folder`, with what its owner keeps there; `old` takes what was there."""
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    kept = [name for name in _KEPT if (old / name).exists()]
    try:
        for name in kept:
            (old / name).rename(new / name)
        new.rename(folder)
    except BaseException:
        for name in kept:
            if (new / name).exists():
                (new / name).rename(old / name)
        old.rename(folder)
        raise


def _shown(run: RunFiles) -> str:
    return str(run.config["report"]["edition"])


def _site(run: RunFiles, verdict: pd.DataFrame, base: str) -> Site:
    root = (run.folder / ROOT).read_text(encoding="ascii").strip()
    publication = Publication.of(run.folder / _REPORT / "CITATION.cff")
    cited = bibtex(Release(publication.version, publication.date, root, publication, verdict))
    about = _about(verdict, _shown(run))
    copied: dict[str, Path] = {}
    pages: dict[str, str] = {}
    for name in run.paths:
        if PurePosixPath(name).is_relative_to(_REPORT):
            place = PurePosixPath(name).relative_to(_REPORT).as_posix()
            if name.endswith(".html"):
                pages[place] = (run.folder / name).read_text(encoding="utf-8")
            else:
                copied[place] = run.folder / name
    frozen, released = _releases(run)
    pages["releases.html"] = render(
        "releases.html", "releases.html", tables_digest=None, releases=released, root=root, citation=cited
    )
    for place, text in pages.items():
        linked, outside = _inside(text)
        copied |= {name: run.folder / source for name, source in outside.items()}
        pages[place] = _introduced(linked, place, about, base)
    for source in copied.values():
        if not source.is_file():
            raise InputError("is linked by the report, but not there", file=str(source), remedy="make run")
    written = {**pages, "CITATION.bib": cited, ".nojekyll": ""}
    if base:
        addresses = "".join(f"  <url><loc>{escape(base + _address(place))}</loc></url>\n" for place in sorted(pages))
        written["sitemap.xml"] = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{addresses}</urlset>\n'
        )
        written["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n"
    return Site({**copied, **frozen}, written)


def _address(place: str) -> str:
    return "" if place == "index.html" else quote(place)


def _inside(page: str) -> tuple[str, dict[str, str]]:
    """`page` with addresses that stay in the site, and the files they name: path in the run by path in the site."""
    found: dict[str, str] = {}

    def moved(match: re.Match[str]) -> str:
        attribute, up, rest = match.groups()
        # one step up is results, two the run
        path = unquote(unescape(rest))
        found[path] = f"results/{path}" if up == "../" else path
        return f'{attribute}="{rest}'

    return _OUTSIDE.sub(moved, page), found


def _introduced(page: str, place: str, about: str, base: str) -> str:
    """`page` with what search engines and other sites show of it, and with links to releases and BibTeX."""
    title = _TITLE.search(page)
    told = {
        "og:title": unescape(title[1]) if title else "lmprogress",
        "og:description": about,
        "og:type": "website",
        "og:image": f"{base}preview.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": about,
    }
    if base:
        told["og:url"] = base + _address(place)
    head = [f'<meta name="description" content="{escape(about)}">']
    head += [f'<meta property="{name}" content="{escape(text)}">' for name, text in told.items()]
    head.append('<meta name="twitter:card" content="summary_large_image">')
    if base:
        head.append(f'<link rel="canonical" href="{escape(base + _address(place))}">')
    page = page.replace("</head>", "\n".join([*head, "</head>"]), 1)
    links = '<p><a href="releases.html">Releases</a> · <a href="CITATION.bib">BibTeX</a></p>\n'
    return page.replace("</footer>", f"{links}</footer>", 1)


def _about(verdict: pd.DataFrame, edition: str) -> str:
    row = verdict_of(verdict, edition)
    if row is None:
        raise InputError("has no verdict", file="report.edition", value=edition, remedy="name another, then make run")
    found = "no sign of progress" if pd.isna(row["estimate_months"]) else f"one doubling in {doubling_time(row)}"
    doubt = "" if row["identified"] else f" Not identified: {WHY_NOT[row['why_not']]}."
    return (
        f"How fast better algorithms raise the effective compute of language models: {found}, from "
        f"{row['n_observations']} perplexities of {row['n_papers']} papers.{doubt}"
    )


def _releases(run: RunFiles) -> tuple[dict[str, Path], list[dict[str, object]]]:
    """What the site holds of frozen releases that are in the folder of the run, and every release, the latest first."""
    known = tables.read_csv(run.folder / RELEASES, "releases")
    copied: dict[str, Path] = {}
    listed: list[dict[str, object]] = []
    for (date, version), rows in sorted(known.groupby(["date", "version"]), reverse=True):
        place = f"releases/{date}-{version}"
        files = [name for name in _OF_RELEASE if (run.folder / place / name).is_file()]
        copied |= {f"{place}/{name}": run.folder / place / name for name in files}
        told = [{"edition": row["edition"], "told": doubling_time(row)} for row in rows.to_dict("records")]
        root = rows["root"].iloc[0]
        listed.append({"version": version, "date": date, "root": root, "told": told, "place": place, "files": files})
    return copied, listed
