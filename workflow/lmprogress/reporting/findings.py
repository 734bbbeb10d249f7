"""The findings within a page.

In: Markdown. Out: HTML that stands under a heading of the page, its links seen from the report.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

_REGION = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'


def findings_html(text: str, prefix: str) -> str:
    """`text` as HTML: its title left out, other headings one level lower, relative links after `prefix`.

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
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        for inner in token.children or []:
            _lead(inner, prefix)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _lead(token: Token, prefix: str) -> None:
    for name in ("href", "src"):
        address = token.attrGet(name)
        if isinstance(address, str) and "://" not in address and not address.startswith("#"):
            token.attrSet(name, prefix + address)
