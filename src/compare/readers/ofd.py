"""OFD, the Chinese fixed-layout format (GB/T 33190): text objects with their places, put into reading order."""

from __future__ import annotations

import re
from typing import Any

from compare.errors import ReadError
from compare.readers.archive import Archive, attribute, local_name, resolve
from compare.readers.layout import Page, Piece, join_pages
from compare.readers.limits import VARIABLE, Limits
from compare.readers.source import Parsed

_A4 = (0.0, 0.0, 210.0, 297.0)
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?(?:[eE]-?\d{1,2})?")


def read_ofd(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read an OFD: the text of its first document, page by page; pictures, seals and templates' frames are left.

    No library: those that exist draw pages and bring drawing programs with them; the text is a walk over XML.
    """
    archive = Archive(data, limits)
    top = next((name for name in archive.names if name.endswith("ofd.xml")), "")
    root = archive.read_xml(top)
    place = next((n.text or "" for n in root.iter() if local_name(n) == "DocRoot"), "") if root is not None else ""
    name = resolve(top, place.strip())
    document = archive.read_xml(name) if place else None
    if root is None or document is None:
        raise ReadError("the OFD lacks its document.", hint="Download it again, or export it anew from WPS.")
    if any(local_name(n) in ("Encryptions", "EncryptInfo") for n in root.iter()):
        raise ReadError("the OFD is encrypted.", hint="Open it with the password and export it as PDF or text.")
    places = [attribute(n, "BaseLoc") for n in document.iter() if local_name(n) == "Page" and attribute(n, "BaseLoc")]
    if len(places) > limits.pages:
        raise ReadError(
            f"the OFD has {len(places):,} pages; plans have some dozens.",
            hint=f"Take out the pages of the plan, or raise the limit: {VARIABLE}='pages={len(places)}'.",
        )
    area = next((n for n in document.iter() if local_name(n) == "PhysicalBox"), None)
    box = _numbers(area.text if area is not None else "", 4) or _A4
    pages: list[Page] = []
    pictures = False
    for place in places:
        content = archive.read_xml(resolve(name, place))
        if content is None:
            raise ReadError(
                f"page {len(pages) + 1} of the OFD is missing.", hint="Download it again, or export it anew from WPS."
            )
        page, has_picture = _read_page(content, box)
        pages.append(page)
        pictures = pictures or has_picture
    if not any(page.pieces for page in pages):
        kind = "is scanned: its pages are pictures without text" if pictures else "holds no text"
        raise ReadError(f"the OFD {kind}.", hint="Run text recognition (OCR) on it, and put the result here.")
    title = next((n.text or "" for n in root.iter() if local_name(n) == "Title"), "")
    return Parsed(text=join_pages(pages), encoding="utf-8", title=title.strip())


def _read_page(content: Any, box: tuple[float, ...]) -> tuple[Page, bool]:
    """A page, and whether it shows a picture."""
    own = next((_numbers(n.text, 4) for n in content.iter() if local_name(n) == "PhysicalBox"), None) or box
    pieces: list[Piece] = []
    pictures = False
    for node in content.iter():
        name = local_name(node)
        pictures = pictures or name == "ImageObject"
        if name == "TextObject":
            pieces += _read_object(node)
    return Page(max(own[2], 1.0), max(own[3], 1.0), tuple(pieces)), pictures


def _read_object(node: Any) -> list[Piece]:
    """The pieces of a text object: one for each of its text codes."""
    boundary = _numbers(attribute(node, "Boundary"), 4)
    if boundary is None:
        return []
    left, top, _, height = boundary
    size = (_numbers(attribute(node, "Size"), 1) or (height,))[0]
    matrix = _numbers(attribute(node, "CTM"), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    if abs(matrix[1]) > 0.1 * abs(matrix[0]):
        return []  # turned text is a watermark or a seal
    scale_x, scale_y = abs(matrix[0]) or 1.0, abs(matrix[3]) or 1.0
    tall = min(max(size * scale_y, 0.5), 200.0)
    pieces: list[Piece] = []
    x = y = 0.0
    for code in node:
        if local_name(code) != "TextCode" or not code.text:
            continue
        x = (_numbers(attribute(code, "X"), 1) or (x,))[0]
        y = (_numbers(attribute(code, "Y"), 1) or (y,))[0]
        text = code.text.replace("\n", "").replace("\r", "")
        steps = _deltas(attribute(code, "DeltaX"), len(text) - 1)
        if any(_deltas(attribute(code, "DeltaY"), len(text) - 1)):
            steps = steps or [size] * (len(text) - 1)
        base = top + y * scale_y + matrix[5]
        pieces += _cut(text, left + x * scale_x + matrix[4], steps, base - tall, base, scale_x, size)
    return pieces


def _cut(
    text: str, x: float, steps: list[float], upper: float, lower: float, scale: float, size: float
) -> list[Piece]:
    """The characters of a text code, cut where a gap shows that they belong to different cells."""
    pieces: list[Piece] = []
    begin, start, at = 0, x, x
    for i, character in enumerate(text):
        wide = (0.55 if character.isascii() else 1.0) * size * scale
        step = steps[i] * scale if i < len(steps) else wide
        if i < len(text) - 1 and not -0.5 * wide < step < wide + 1.2 * size * scale:
            pieces.append(Piece(text[begin : i + 1], start, at + wide, upper, lower))
            begin, start = i + 1, at + step
        at += step
    if begin < len(text):
        pieces.append(Piece(text[begin:], start, max(at, start), upper, lower))
    return pieces


def _deltas(written: str, count: int) -> list[float]:
    """The distances between characters: numbers, where `g 3 4.5` stands for three times 4.5."""
    parts = written.split()
    steps: list[float] = []
    i = 0
    while i < len(parts) and len(steps) < count:
        if parts[i] == "g" and i + 2 < len(parts):
            repeat, step = parts[i + 1], parts[i + 2]
            if repeat.isdecimal() and _NUMBER.fullmatch(step):
                steps += [float(step)] * min(int(repeat[:7]), count - len(steps))
            i += 3
        else:
            if _NUMBER.fullmatch(parts[i]):
                steps.append(float(parts[i]))
            i += 1
    return steps


def _numbers(written: str | None, count: int) -> tuple[float, ...] | None:
    """Exactly so many numbers, parted by blanks; None where there are not."""
    parts = (written or "").split()
    if len(parts) != count or not all(_NUMBER.fullmatch(p) for p in parts):
        return None
    return tuple(float(p) for p in parts)
