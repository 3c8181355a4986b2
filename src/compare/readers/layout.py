"""Pieces of text with their places on pages to paragraphs: columns, tables, running heads, lines that go on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_PAGE_NUMBER = re.compile(
    r"[-—–―－·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*(?:页)?)?[-—–―－·.\s]*"
    r"|[-—–―－·\s]*第?\s*[一二三四五六七八九十百]{1,4}\s*页[-—–―－·\s]*|[-—–―－\s]*[ivxlcIVXLC]{1,6}[-—–―－\s]*|(?:Page|P\.?)\s*\d{1,4}.{0,12}"
)
_MARKER = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}(?:[、．]|[.](?!\d))"
    r"|[（(]\d{1,3}[）)]|[①-⑳]|[●■◆★▲▪•]|附件)"
)
_FINAL = "。！？；：…"
_OPEN = "，、（(“‘《—"
_CLOSING = "”’」』）)】》\"' "
_NARROW = re.compile(r"[A-Za-z0-9]")
_EDGE = 0.13


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters side by side: `x0`, `x1` from the left, `y0`, `y1` (upper, lower) from the top of the page."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def size(self) -> float:
        """Height of the characters."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its measures and its pieces in the order of the file."""

    width: float
    height: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as it is seen, and how it lies in its column."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    table: bool = False
    left: float = 0.0
    right: float = 0.0

    @property
    def size(self) -> float:
        return self.y1 - self.y0


def join_pages(pages: Sequence[Page]) -> str:
    """The running text of pages: a line for each paragraph and each row of a table, without what repeats at the edges."""
    rows = [[_Row(r.text, r.x0, r.x1, r.y0, r.y1, r.table) for r in _read_rows(page)] for page in pages]
    heads = _find_heads(pages, rows)
    flow: list[_Row] = []
    for page, found in zip(pages, rows, strict=True):
        kept = [r for r in found if not _at_edge_and(r, page, heads)]
        kept = _drop_page_numbers(kept, page)
        flow += _order(kept, page)
    return "\n".join(_join(flow))


def _read_rows(page: Page) -> list[_Row]:
    """Pieces on one line with small gaps between them are one row; blanks that belong there are put in."""
    pieces = sorted((p for p in page.pieces if p.text.strip()), key=lambda p: (round(p.y1, 1), p.x0))
    lines: list[list[Piece]] = []
    for piece in pieces:
        home = next((line for line in reversed(lines[-4:]) if _same_line(line[-1], piece)), None)
        if home is None:
            lines.append([piece])
        else:
            home.append(piece)
    rows: list[_Row] = []
    for line in lines:
        run: list[Piece] = []
        for piece in sorted(line, key=lambda p: p.x0):
            if run and piece.x0 - run[-1].x1 > 1.3 * max(run[-1].size, piece.size):
                rows.append(_row_of(run))
                run = []
            run.append(piece)
        rows.append(_row_of(run))
    return rows


def _same_line(a: Piece, b: Piece) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > 0.55 * min(a.size, b.size)


def _row_of(run: list[Piece]) -> _Row:
    text = run[0].text
    for before, piece in pairwise(run):
        gap = piece.x0 - before.x1
        narrow = _NARROW.match(before.text[-1:]) and _NARROW.match(piece.text)
        text += (" " if narrow and gap > 0.2 * piece.size else "") + piece.text
    return _Row(text.strip(" "), run[0].x0, max(p.x1 for p in run), min(p.y0 for p in run), max(p.y1 for p in run))


def _find_heads(pages: Sequence[Page], rows: list[list[_Row]]) -> set[tuple[str, int]]:
    """What stands at the same place at the edge of several pages, its digits aside."""
    if len(pages) < 2:
        return set()
    seen: Counter[tuple[str, int]] = Counter()
    for page, found in zip(pages, rows, strict=True):
        seen.update({_edge_key(r, page) for r in found if _is_at_edge(r, page)})
    least = max(2, round(0.3 * len(pages)))
    return {key for key, count in seen.items() if count >= least}


def _edge_key(row: _Row, page: Page) -> tuple[str, int]:
    return re.sub(r"\d+", "#", row.text.replace(" ", "")), round(row.y0 / page.height * 50)


def _is_at_edge(row: _Row, page: Page) -> bool:
    return row.y1 < _EDGE * page.height or row.y0 > (1 - _EDGE) * page.height


def _at_edge_and(row: _Row, page: Page, heads: set[tuple[str, int]]) -> bool:
    if not heads or not _is_at_edge(row, page):
        return False
    text, at = _edge_key(row, page)
    return any((text, near) in heads for near in (at - 1, at, at + 1))


def _drop_page_numbers(rows: list[_Row], page: Page) -> list[_Row]:
    """The rows without those at the edges that hold nothing but the number of the page."""
    numbers = {
        id(r) for r in rows
        if _PAGE_NUMBER.fullmatch(r.text) and (r.y1 < 0.1 * page.height or r.y0 > 0.88 * page.height)
    }  # fmt: skip
    return [r for r in rows if id(r) not in numbers]


def _order(rows: list[_Row], page: Page) -> list[_Row]:
    """Rows in reading order: where a band of the page has two columns, the left one first."""
    gutter = _find_gutter(rows, page)
    ordered: list[_Row] = []
    band: list[_Row] = []

    def end_band() -> None:
        for side in (0, 1):
            column = [r for r in band if (r.x0 >= gutter) == bool(side)]
            ordered.extend(_measure(_rows_to_lines(column)))
        band.clear()

    if gutter:
        for row in sorted(rows, key=lambda r: (r.y0, r.x0)):
            if row.x0 < gutter < row.x1:
                end_band()
                ordered.extend(_measure([row], rows))
            else:
                band.append(row)
        end_band()
        return ordered
    return _measure(_rows_to_lines(rows))


def _find_gutter(rows: list[_Row], page: Page) -> float:
    """Where the blank strip between two columns of running text lies; 0 where there is none."""
    if len(rows) < 12:
        return 0.0
    left, right = min(r.x0 for r in rows), max(r.x1 for r in rows)
    step = max(1.0, page.width / 200)
    best, fewest = 0.0, len(rows)
    x = left + 0.3 * (right - left)
    while x < left + 0.7 * (right - left):
        crossing = sum(r.x0 < x < r.x1 for r in rows)
        if crossing < fewest or (crossing == fewest and abs(x - (left + right) / 2) < abs(best - (left + right) / 2)):
            best, fewest = x, crossing
        x += step
    sides = [[r for r in rows if r.x1 <= best], [r for r in rows if r.x0 >= best]]
    if fewest > 0.15 * len(rows) or min(map(len, sides)) < 5:
        return 0.0
    for side, (a, b) in zip(sides, ((left, best), (best, right)), strict=True):
        if median(r.x1 - r.x0 for r in side) < 0.6 * (b - a) or median(len(r.text) for r in side) < 8:
            return 0.0
    return best


def _rows_to_lines(rows: list[_Row]) -> list[_Row]:
    """Rows of one column from top to bottom; those side by side become one line whose cells are parted by tabs."""
    lines: list[list[_Row]] = []
    for row in sorted(rows, key=lambda r: (r.y0 + r.y1, r.x0)):
        last = lines[-1] if lines else None
        if last and min(last[-1].y1, row.y1) - max(last[-1].y0, row.y0) > 0.5 * min(last[-1].size, row.size):
            last.append(row)
        else:
            lines.append([row])
    found = []
    for line in lines:
        cells = sorted(line, key=lambda r: r.x0)
        found.append(
            _Row(
                "\t".join(c.text for c in cells), cells[0].x0, cells[-1].x1, min(c.y0 for c in cells),
                max(c.y1 for c in cells), table=len(cells) > 1,
            )
        )  # fmt: skip
    return found


def _measure(lines: list[_Row], among: list[_Row] | None = None) -> list[_Row]:
    """The lines of a column, each with the column's left and right edge."""
    if not lines:
        return []
    among = [r for r in (among or lines) if not r.table] or lines
    starts = Counter(round(r.x0) for r in among)
    most = max(starts.values())
    left = min(x for x, n in starts.items() if n >= max(1, 0.3 * most))
    ends = sorted(r.x1 for r in among)
    right = ends[int(0.9 * (len(ends) - 1))]
    return [_Row(r.text, r.x0, r.x1, r.y0, r.y1, r.table, float(left), right) for r in lines]


def _join(rows: list[_Row]) -> list[str]:
    """Lines that go on with the one before are joined to it."""
    gaps = [b.y0 - a.y0 for a, b in pairwise(rows) if b.y0 > a.y0 and not (a.table or b.table)]
    pitch = median(gaps) if gaps else 0.0
    texts: list[str] = []
    last: _Row | None = None
    for row in rows:
        if last is not None and _goes_on(last, row, pitch):
            between = " " if _NARROW.match(texts[-1][-1:]) and re.match(r"[A-Za-z]", row.text) else ""
            texts[-1] += between + row.text
        else:
            texts.append(row.text)
        last = row
    return texts


def _goes_on(last: _Row, row: _Row, pitch: float) -> bool:
    """Whether a line goes on with the paragraph of the line before."""
    if last.table or row.table:
        return False
    size = max(last.size, row.size)
    if abs(last.size - row.size) > 0.25 * size:
        return False
    if row.y0 > last.y0 and pitch and row.y0 - last.y0 > 1.7 * pitch:
        return False
    ended = last.text.rstrip(_CLOSING)[-1:] in _FINAL
    if row.x0 - row.left > 1.2 * row.size and not last.text.endswith(tuple(_OPEN)):
        return False
    if _MARKER.match(row.text) and (ended or last.right - last.x1 > 1.5 * last.size):
        return False
    short = last.right - last.x1
    if short <= 1.6 * last.size:
        return True
    if ended:
        return False
    return last.text.endswith(tuple(_OPEN)) and short < 0.5 * (last.right - last.left)
