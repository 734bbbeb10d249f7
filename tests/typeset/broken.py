"""Files that cannot be read as papers, each in one way.

In: sizes. Out: bytes, the same each time except for the encrypted ones, whose keys are random.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import EncryptionMethod
from PIL import Image

from typeset.sheet import Sheet


def raw_pdf(
    n_pages: int,
    stream: bytes = b"",
    *,
    compressed: bool = False,
    width: int = 612,
    resources: bytes = b"",
    further: Sequence[bytes] = (),
) -> bytes:
    """A PDF of `n_pages` pages that share one content stream, written object by object, so that many cost little.

    `resources` of the pages may refer to `further` objects, which are numbered from 5 + n_pages.
    """
    filtered = b" /Filter /FlateDecode" if compressed else b""
    kids = b" ".join(b"%d 0 R" % (5 + i) for i in range(n_pages))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d 792] /Contents 4 0 R "
        b"/Resources << /Font << /F 3 0 R >> %s >> >>" % (width, resources)
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, n_pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), filtered, stream),
        *[page] * n_pages,
        *further,
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def crowded_page(n_lines: int) -> bytes:
    """Page content of `n_lines` lines of text over each other, with words that a reader looks for."""
    line = b"1 0 0 1 20 %d Tm (Table 1: Perplexity on Penn Treebank 57.3 and 60.0 and 58.8 and 61.1 and 62.5) Tj\n"
    return b"BT /F 6 Tf\n" + b"".join(line % (10 + 7 * (i % 110)) for i in range(n_lines)) + b"ET\n"


def inflated(megabytes: int) -> bytes:
    """A small file of one page, whose content takes `megabytes` when it is unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return raw_pdf(1, b"\x78\xda" + block * megabytes + b"\x03\x00", compressed=True)


# ---- pages that are read at once, and take minutes or gigabytes to draw ---------------------------------------------

_LINE = b"BT /F 10 Tf 1 0 0 1 72 700 Tm (Perplexity 57.3) Tj ET\n"
_WHOLE = b"0 0 612 792 re f\n"


def _stream(about: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(content), content)


def wide_page(points: int) -> bytes:
    """A page that is so many points wide."""
    return raw_pdf(1, _LINE, width=points)


def fine_tiles(step: float) -> bytes:
    """A page filled with a tile that is repeated after `step` points."""
    about = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep %f /YStep %f" % (
        step,
        step,
    )
    tile = _stream(about + b" /Resources << >>", b"0 0 0.5 0.5 re f")
    content = _LINE + b"/Pattern cs /P scn " + _WHOLE
    return raw_pdf(1, content, resources=b"/Pattern << /P 6 0 R >>", further=[tile])


def masked_groups(n_groups: int) -> bytes:
    """A page of transparent groups over each other, each drawn through a mask."""
    about = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Group << /S /Transparency /CS /DeviceGray >>"
    group = _stream(about, b"0.5 g " + _WHOLE)
    resources = b"/XObject << /X 6 0 R >> /ExtGState << /G << /SMask << /Type /Mask /S /Luminosity /G 6 0 R >> >> >>"
    content = zlib.compress(_LINE + b"/G gs /X Do\n" * n_groups, 9)
    return raw_pdf(1, content, compressed=True, resources=resources, further=[group])


def heavy_shading(n_steps: int, *, n_pages: int = 1) -> bytes:
    """Pages whose every point has a colour that is computed in so many steps."""
    about = b"/FunctionType 4 /Domain [0 612 0 792] /Range [0 1]"
    function = _stream(about, b"{ add " + b"sin cos " * (n_steps // 2) + b"}")
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 612 0 792] /Function %d 0 R >>" % (6 + n_pages)
    resources = b"/Shading << /S %d 0 R >>" % (5 + n_pages)
    return raw_pdf(n_pages, _LINE + b"/S sh\n", resources=resources, further=[shading, function])


def empty_file() -> bytes:
    """No byte at all."""
    return b""


def web_page() -> bytes:
    """What a server sends when it has no PDF."""
    return b"<!DOCTYPE html>\n<html><head><title>Not found</title></head><body>No such paper.</body></html>\n"


def garbage() -> bytes:
    """Random bytes after a right beginning."""
    return b"%PDF-1.5\n" + random.Random("garbage").randbytes(20_000)


def cut_short(pdf: bytes) -> bytes:
    """The beginning of a PDF, as after a broken download: its last objects and its table of objects are missing."""
    return pdf[: len(pdf) // 8]


def picture_only() -> bytes:
    """A page that is a picture, as from a scanner."""
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.add_page()
    pdf.image(Image.new("RGB", (60, 80), (120, 130, 140)), 0, 0, 612, 792)
    return bytes(pdf.output())


def encrypted(user_password: str | None) -> bytes:
    """A page of text that opens with a password, or, without `user_password`, for everyone but not for changes."""
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.set_encryption("owner", user_password, encryption_method=EncryptionMethod.RC4)
    pdf.add_page()
    pdf.set_font("times", size=10)
    for i in range(20):
        pdf.text(72, 72 + 12 * i, "A page of text on models of language, without a table.")
    return bytes(pdf.output())


def text_without_table() -> bytes:
    """A page of text."""
    sheet = Sheet()
    sheet.paragraph("A page of text on models of language, without a table, without a number. " * 12)
    return sheet.bytes()
