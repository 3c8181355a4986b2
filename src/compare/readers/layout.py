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
_LEAST_LINES = 4


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
    """The running text of pages: a line for each paragraph and row of a table, without what repeats at the edges."""
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
    rows = sorted(rows, key=lambda r: (r.y0, r.x0))
    gutter = _find_gutter(rows, page)
    if not gutter:
        return _measure(_rows_to_lines(rows), page.width)
    ordered: list[_Row] = []
    for band in _cut_bands(rows, gutter):
        left, right = _sides(band, gutter)
        if _is_column(left, min(r.x0 for r in rows), gutter) and _is_column(right, gutter, max(r.x1 for r in rows)):
            ordered += _measure(_rows_to_lines(left), page.width / 2) + _measure(_rows_to_lines(right), page.width / 2)
        else:
            ordered += _measure(_rows_to_lines(band), page.width)
    return ordered


def _find_gutter(rows: list[_Row], page: Page) -> float:
    """Where the blank strip between two columns of running text lies; 0 where there is none."""
    if len(rows) < 2 * _LEAST_LINES:
        return 0.0
    left, right = min(r.x0 for r in rows), max(r.x1 for r in rows)
    middle = (left + right) / 2
    best, most = 0.0, 0
    for share in range(30, 71):
        x = left + share / 100 * (right - left)
        score = 0
        for band in _cut_bands(rows, x):
            sides = _sides(band, x)
            if _is_column(sides[0], left, x) and _is_column(sides[1], x, right):
                score += len(band)
        if score > most or (score == most and score and abs(x - middle) < abs(best - middle)):
            best, most = x, score
    return best


def _cut_bands(rows: list[_Row], x: float) -> list[list[_Row]]:
    """Rows from top to bottom, cut into those that cross a place and those that do not."""
    bands: list[list[_Row]] = []
    before = None
    for row in rows:
        crosses = row.x0 < x < row.x1
        if crosses != before:
            bands.append([])
            before = crosses
        bands[-1].append(row)
    return bands


def _sides(band: list[_Row], x: float) -> tuple[list[_Row], list[_Row]]:
    return [r for r in band if r.x1 <= x], [r for r in band if r.x0 >= x]


def _is_column(rows: list[_Row], left: float, right: float) -> bool:
    """Whether rows are a column of running text and not cells of a table."""
    if len(rows) < _LEAST_LINES or median(len(r.text) for r in rows) < 8:
        return False
    return median(r.x1 - r.x0 for r in rows) >= 0.6 * (right - left)


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


def _measure(lines: list[_Row], width: float) -> list[_Row]:
    """The lines of a column, each with the column's edges; short lines alone do not show the right one."""
    if not lines:
        return []
    among = [r for r in lines if not r.table] or lines
    starts = Counter(round(r.x0) for r in among)
    most = max(starts.values())
    left = min(x for x, n in starts.items() if n >= max(1, 0.3 * most))
    ends = sorted(r.x1 for r in among)
    right = ends[int(0.9 * (len(ends) - 1))]
    reaching = sum(right - r.x1 <= r.size for r in among)
    if right - left < 0.55 * width and (reaching < 4 or reaching < 0.4 * len(among)):
        right = left + 0.8 * width
    return [_Row(r.text, r.x0, r.x1, r.y0, r.y1, r.table, float(left), right) for r in lines]


def _join(rows: list[_Row]) -> list[str]:
    """Lines that go on with the one before are joined to it."""
    gaps: dict[int, list[float]] = {}
    for a, b in pairwise(rows):
        if b.y0 > a.y0 and not (a.table or b.table) and round(a.size) == round(b.size):
            gaps.setdefault(round(a.size), []).append(b.y0 - a.y0)
    pitch = {size: median(found) for size, found in gaps.items()}
    texts: list[str] = []
    last: _Row | None = None
    for row in rows:
        if last is not None and _goes_on(last, row, pitch.get(round(row.size), 0.0)):
            between = " " if re.search(r"[a-z,]$", texts[-1]) and re.match(r"[A-Za-z]", row.text) else ""
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
    full = last.right - last.x1 <= 1.6 * last.size
    if full and not ended and _is_centred(row):
        return True
    if row.x0 - row.left > 1.2 * row.size and not last.text.endswith(tuple(_OPEN)):
        return False
    if _MARKER.match(row.text) and (ended or last.right - last.x1 > 1.5 * last.size):
        return False
    if full:
        return True
    return last.text.endswith(tuple(_OPEN)) and last.right - last.x1 < 0.5 * (last.right - last.left)


def _is_centred(row: _Row) -> bool:
    """Whether a line is indented on both sides alike, as the last line of a title is."""
    before, after = row.x0 - row.left, row.right - row.x1
    return before > 2.5 * row.size and abs(before - after) < row.size
