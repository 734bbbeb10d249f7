"""Markdown within a page: the findings, the method.

In: Markdown. Out: HTML that stands under a heading of the page, its links seen from the report.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_REGION = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'


def findings_html(text: str, prefix: str | None, *, lower: int = 1) -> str:
    """`text` as HTML: its title left out, other headings `lower` levels lower, each with its words as id, and relative
    links after `prefix`, or without one as words alone.

    Markup within `text` is shown as text.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    # a table wider than the screen scrolls by itself, also by keyboard
    parser.add_render_rule("table_open", lambda *_: f"{_REGION}<table>\n")
    parser.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    tokens = parser.parse(text)
    if tokens and tokens[0].tag == "h1":
        # a title is three tokens: opening, words, closing
        tokens = tokens[3:]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + lower)}"
        if token.type == "heading_open" and following:
            token.attrSet("id", re.sub(r"[^\w-]+", "-", following.content.lower()).strip("-"))
        if prefix is None:
            token.children = token.children and _without_relative_links(token.children)
        for inner in token.children or []:
            _lead(inner, prefix or "")
    return str(parser.renderer.render(tokens, parser.options, {}))


def _lead(token: Token, prefix: str) -> None:
    for name in ("href", "src"):
        if _relative(token, name):
            token.attrSet(name, f"{prefix}{token.attrGet(name)}")


def _relative(token: Token, name: str) -> bool:
    address = token.attrGet(name)
    return isinstance(address, str) and "://" not in address and not address.startswith("#")


def _without_relative_links(tokens: list[Token]) -> list[Token]:
    # links hold no links, so a closing belongs to the opening before it
    kept, dropping = list[Token](), False
    for token in tokens:
        if token.type == "link_open":
            dropping = _relative(token, "href")
        if not (dropping and token.type in ("link_open", "link_close")):
            kept.append(token)
    return kept
