"""Figures become files whose bytes depend on the figure alone.

In: a small figure. Out: assertions on its PDF, SVG and PNG.
"""

from __future__ import annotations

import time
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from lmprogress.figures.fit_figures import plot_perplexity_over_time
from lmprogress.figures.saving import save
from lmprogress.figures.style import FOOTER_MM, look, new_figure, settle

OBSERVATIONS = pd.DataFrame(
    {
        "system_id": ["a/one", "a/two", "b/three"],
        "system": ["One", "Two", "Three"],
        "benchmark": ["ptb", "ptb", "wt2"],
        "publication_year": [2015.2, 2018.1, 2021.9],
        "log_perplexity": [4.6, 4.1, 2.9],
        "training_compute_flop": [1e14, 1e17, 1e21],
    }
)


def draw() -> Figure:
    return plot_perplexity_over_time(OBSERVATIONS, {"wt2": "WikiText-2", "ptb": "Penn Treebank"}, ["a/one", "b/three"])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_equal_figures_give_equal_bytes_whatever_clock_and_matplotlibrc_say(tmp_path, monkeypatch):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "first")
    save(draw(), "figure", dpi=100)
    monkeypatch.chdir(tmp_path / "second")
    time.sleep(1.1)  # a date in a PDF counts seconds
    with mpl.rc_context({"font.size": 30, "pdf.fonttype": 3, "svg.fonttype": "none", "axes.facecolor": "black"}):
        save(draw(), "figure", dpi=100)
    first, second = files(tmp_path / "first"), files(tmp_path / "second")
    assert list(first) == ["figure.pdf", "figure.png", "figure.svg"]
    assert first == second


def test_another_figure_gives_other_bytes(tmp_path):
    save(draw(), tmp_path / "first" / "figure", dpi=100)
    other = draw()
    other.axes[0].collections[0].set_offsets([(2016.0, 3.0)])
    save(other, tmp_path / "second" / "figure", dpi=100)
    first, second = files(tmp_path / "first"), files(tmp_path / "second")
    assert all(first[name] != second[name] for name in first)


def test_fonts_are_truetype_in_pdf_and_outlines_in_svg(tmp_path):
    pdf, svg, png = save(draw(), tmp_path / "figure", dpi=150)
    assert b"/FontFile2" in pdf.read_bytes()
    assert b"/Type3" not in pdf.read_bytes()
    assert b"Date" not in pdf.read_bytes()
    assert b"<text" not in svg.read_bytes()
    assert b"<dc:date>" not in svg.read_bytes()
    height, width = imread(png).shape[:2]
    assert width == pytest.approx(183 / 25.4 * 150, abs=1)
    assert height == pytest.approx(draw().get_figheight() * 150, abs=1)


def test_the_path_may_hold_dots(tmp_path):
    assert [p.name for p in save(draw(), tmp_path / "v1.2", dpi=72)] == ["v1.2.pdf", "v1.2.svg", "v1.2.png"]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    (tmp_path / "figure.pdf").write_bytes(b"old")

    def half(self, path, **_):
        Path(path).write_bytes(b"half")
        raise OSError("disk full")

    figure = draw()
    monkeypatch.setattr(Figure, "savefig", half)
    with pytest.raises(OSError, match="disk full"):
        save(figure, tmp_path / "figure", dpi=72)
    assert files(tmp_path) == {"figure.pdf": b"old"}


@pytest.mark.parametrize("kind", ["pdf", "svg", "png"])
def test_a_figure_says_its_name_and_the_digests_of_its_data(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    Path("a table.csv").write_bytes(b"abc")
    save(draw(), "figures/one", dpi=72, data=["a table.csv"])
    # the digest of "abc" is the example of FIPS 180-2, appendix B.1
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert f"figure=figures/one data=a%20table.csv:{known}".encode() in Path(f"figures/one.{kind}").read_bytes()


def test_the_footer_is_in_each_file_and_nothing_else_is_at_the_foot(tmp_path, monkeypatch):
    figure, saved = draw(), []
    for name, footer in (("plain", ""), ("footed", "Title · source · licence"), ("again", "")):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        saved.append([path.absolute() for path in save(figure, "figure", 100, footer=footer)])
    plain, footed, again = saved
    for one, other, third in zip(plain, footed, again, strict=True):
        assert one.read_bytes() == third.read_bytes() != other.read_bytes()
    height = round(imread(plain[2]).shape[0] * FOOTER_MM / 25.4 / figure.get_figheight())
    assert (imread(plain[2])[-height:] == 1).all() and (imread(footed[2])[-height:] != 1).any()
    assert (imread(plain[2])[:-height] == imread(footed[2])[:-height]).all()


def test_panels_are_lettered_where_there_are_several():
    with look():
        figure = new_figure(89, 40)
        for axes in figure.subplots(1, 2):
            figure.colorbar(axes.imshow([[0, 1]]), ax=axes)
        settle(figure)
        assert [mark.get_text() for mark in figure.artists] == ["a", "b"]
        # above the panels, within the figure, and clear of one another
        for mark, axes in zip(figure.artists, figure.axes, strict=False):
            assert mark.get_window_extent().y0 >= axes.get_window_extent().y1
            assert mark.get_window_extent().y1 <= figure.bbox.y1 and mark.get_window_extent().x0 >= 0
        alone = new_figure(89, 40)
        alone.add_subplot()
        settle(alone)
        assert not alone.artists
