"""The command `lmprogress publish`: the report of a finished run as a site.

In: a finished run, a folder. Out: a static site.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lmprogress.core.project import in_project


def add_publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "publish",
        help="write the report of a finished run as a site, for any web server or GitHub Pages",
        description="FOLDER is new, empty, or holds an earlier site, which is replaced; .git and CNAME stay.",
    )
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.add_argument("--address", metavar="URL", help="where the site will be: for its sitemap and preview picture")
    command.set_defaults(run=_publish)


def _publish(parsed: argparse.Namespace) -> int:
    project = in_project("")
    # imported here, so that --help starts at once
    from lmprogress.releasing.publishing import publish

    number = publish(project, parsed.folder, parsed.address)
    print(f"lmprogress: {number} files in {parsed.folder}; upload the folder, or open {parsed.folder / 'index.html'}")
    if not parsed.address:
        print("  without a sitemap, and most sites will show no preview picture: give --address https://…")
    return 0
