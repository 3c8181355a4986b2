"""PDF with a text layer: characters with their places, put into reading order."""

from __future__ import annotations

import ctypes
from collections import Counter
from typing import Any

from compare.errors import ReadError
from compare.readers.layout import Page, Piece, join_pages
from compare.readers.limits import VARIABLE, Limits
from compare.readers.source import Parsed

_HYPHEN = 0xFFFE
_UNREADABLE = 0.1


def read_pdf(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a PDF.

    Raises
    ------
    ReadError
        It is protected, damaged, too long, scanned (pictures of pages), or its fonts do not say what its signs mean.
    """
    import pypdfium2

    document = _open(pypdfium2, data)
    try:
        count = len(document)
        if count > limits.pages:
            raise ReadError(
                f"the PDF has {count:,} pages; plans have some dozens.",
                hint=f"Take out the pages of the plan, or raise the limit: {VARIABLE}='pages={count}'.",
            )
        pages, bare, unknown, total = [], [], 0, 0
        for number in range(count):
            page, missed, has_picture = _read_page(document, number)
            pages.append(page)
            length = sum(len(p.text.strip()) for p in page.pieces)
            unknown, total = unknown + missed, total + length
            if has_picture and length < 20:
                bare.append(number + 1)
            if total > limits.characters:
                break
        title = str(document.get_metadata_dict().get("Title", ""))
    finally:
        document.close()
    _check(total, unknown, bare, count)
    shown = ", ".join(map(str, bare[:8])) + (" …" if len(bare) > 8 else "")
    notes = (f"page {shown} is a picture without text; what it says is missing.",) if bare else ()
    return Parsed(text=join_pages(pages), encoding="utf-8", title=_plausible(title), notes=notes)


def _open(pypdfium2: Any, data: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(data)
        len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadError(
                "the PDF is encrypted: it opens with a password only.",
                hint="Open it with the password and print it to a new PDF without one.",
            ) from error
        raise ReadError(
            "the PDF is damaged and cannot be opened.",
            hint="Download it again; if that does not help, open it in a browser and print it to a new PDF.",
        ) from error
    return document


def _check(total: int, unknown: int, bare: list[int], count: int) -> None:
    if not total and not unknown:
        kind = "is scanned: its pages are pictures without a text layer" if bare else "holds no text"
        raise ReadError(f"the PDF {kind}.", hint="Run text recognition (OCR) on it, and put the result here.")
    if len(bare) > 0.8 * count and total < 100 * count:
        raise ReadError(
            "the PDF is scanned: its pages are pictures without a text layer.",
            hint="Run text recognition (OCR) on it, and put the result here.",
        )
    if unknown > _UNREADABLE * (total + unknown):
        raise ReadError(
            f"the fonts of the PDF do not say what its signs stand for ({unknown:,} of {total + unknown:,}).",
            hint="Ask for the original document, or run text recognition (OCR) on it.",
        )


def _plausible(title: str) -> str:
    """The title of a PDF's properties where it is one and no file name."""
    return title if sum("\u4e00" <= c <= "\u9fff" for c in title) >= 4 and "Microsoft" not in title else ""


def _read_page(document: Any, number: int) -> tuple[Page, int, bool]:
    """A page, how many of its signs stand for nothing known, and whether it shows a picture."""
    import pypdfium2
    import pypdfium2.raw as raw

    page = document[number]
    try:
        width, height = page.get_size()
        textpage = page.get_textpage()
        try:
            pieces, unknown = _read_pieces(raw, textpage.raw, page.raw, height)
        finally:
            textpage.close()
        picture = any(o.type == raw.FPDF_PAGEOBJ_IMAGE for o in page.get_objects(max_depth=3)) if not pieces else False
        if 0 < len(pieces) < 10:
            picture = any(o.type == raw.FPDF_PAGEOBJ_IMAGE for o in page.get_objects(max_depth=3))
    except pypdfium2.PdfiumError as error:
        raise ReadError(
            f"page {number + 1} of the PDF is damaged.",
            hint="Download it again; if that does not help, open it in a browser and print it to a new PDF.",
        ) from error
    finally:
        page.close()
    return Page(width, height, tuple(pieces)), unknown, picture


def _read_pieces(raw: Any, text: Any, page: Any, height: float) -> tuple[list[Piece], int]:
    """Runs of characters on one line, in the order of the file; upright ones only, so that watermarks stay out."""
    count = raw.FPDFText_CountChars(text)
    box, unknown = raw.FS_RECTF(), 0
    left, _, _, top = _page_box(raw, page)
    found: list[tuple[str, float, float, float, float, int]] = []
    for i in range(max(0, count)):
        code = raw.FPDFText_GetUnicode(text, i)
        if code in (0x0A, 0x0D):
            continue
        if code == 0 or code == 0xFFFD or raw.FPDFText_HasUnicodeMapError(text, i) == 1:
            unknown += code != 0x20
            if code in (0, 0xFFFD):
                continue
        if code == _HYPHEN or code == 0x02:
            code = 0x2D
        if not raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            continue
        angle = round(raw.FPDFText_GetCharAngle(text, i) * 57.3) % 360 if code != 0x20 else -1
        found.append((chr(code), box.left - left, box.right - left, top - box.top, top - box.bottom, angle))
    upright = Counter(f[5] for f in found if f[5] >= 0).most_common(1)
    turned = upright[0][0] if upright else 0
    pieces: list[Piece] = []
    run: list[tuple[str, float, float, float, float, int]] = []
    for f in found:
        if f[5] not in (-1, turned) or f[1] != f[1]:
            continue
        if run and not _adjoins(run[-1], f):
            pieces.append(_piece(run))
            run = []
        run.append(f)
    if run:
        pieces.append(_piece(run))
    return pieces, unknown


def _page_box(raw: Any, page: Any) -> tuple[float, float, float, float]:
    box = raw.FS_RECTF()
    if raw.FPDF_GetPageBoundingBox(page, ctypes.byref(box)):
        return box.left, box.bottom, box.right, box.top
    return 0.0, 0.0, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)


def _adjoins(a: tuple, b: tuple) -> bool:
    """Whether a character follows another one on its line without a gap."""
    size = max(a[4] - a[3], b[4] - b[3], 1.0)
    overlap = min(a[4], b[4]) - max(a[3], b[3])
    return overlap > 0.5 * min(a[4] - a[3], b[4] - b[3]) and -0.5 * size < b[1] - a[2] < 0.8 * size


def _piece(run: list[tuple]) -> Piece:
    """A run as a piece; its place is that of what is seen, not of the blanks at its ends."""
    while len(run) > 1 and run[0][0].isspace():
        run = run[1:]
    while len(run) > 1 and run[-1][0].isspace():
        run = run[:-1]
    return Piece(
        "".join(f[0] for f in run), run[0][1], max(f[2] for f in run), min(f[3] for f in run), max(f[4] for f in run)
    )
