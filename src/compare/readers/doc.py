"""Old Word documents (doc): the pieces of their text, without what was deleted, hidden or is the code of a field."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from compare.errors import ReadError
from compare.readers.limits import Limits
from compare.readers.source import Parsed

_WORD_97 = 0xA5EC
_DELETED, _HIDDEN = 0x0800, 0x083C
_ROW_END, _INNER_ROW_END, _LIST, _CELL_DEPTH = 0x2417, 0x244C, 0x460B, 0x6649
_PRM_DELETED = 0x41
_PAGE = 512
_OPERAND = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_SIGNS = str.maketrans(
    {
        "\x0b": "\n", "\x0c": "\n", "\r": "\n", "\x1e": "-", "\x1f": None, "\x01": None, "\x02": None, "\x03": None,
        "\x04": None, "\x05": None, "\x08": None, "\x00": None, "\t": " ",
    }
)  # fmt: skip
_FIELD = re.compile(r"\x13[^\x13\x14\x15]*\x15|\x13[^\x13\x14\x15]*\x14([^\x13\x14\x15]*)\x15")
_C1 = re.compile("[\x80-\x9f]")
_CELL, _ROW = "\ue007", "\ue00a"
_Ranges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text: its characters from `first` to `last`, stored from `place` on in one or two bytes each."""

    first: int
    last: int
    place: int
    width: int
    deleted: bool


def read_doc(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a document of Word 97 to 2003, or a WPS document of that kind.

    The piece table is read here and not by a library, as those that exist keep tracked deletions.

    Raises
    ------
    ReadError
        It is protected, damaged, or of an older kind.
    """
    main, table = _open(data)
    pieces = _read_pieces(main, table)
    gone = _runs(main, table, 0xFA, lambda sprms: sprms.get(_DELETED, 0) or sprms.get(_HIDDEN, 0))
    row_ends = _runs(main, table, 0x102, lambda sprms: sprms.get(_ROW_END, 0) or sprms.get(_INNER_ROW_END, 0))
    lists = _runs(main, table, 0x102, lambda sprms: sprms.get(_LIST, 0) not in (0, 0xF801))
    text = "\n".join(
        _finish("".join(_characters(main, pieces, gone, row_ends, first, last)))
        for first, last in _stories(main)
        if last > first
    )
    listed = sum(end > start for start, end in lists)
    note = "the document numbers paragraphs by itself; those numbers are not in the text that was read."
    return Parsed(text=text, encoding="utf-16-le", notes=(note,) if listed else ())


def _open(data: bytes) -> tuple[bytes, bytes]:
    """The stream of the text and that of its tables."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists("WordDocument"):
                raise ReadError("this old Office file holds no Word document.", hint="Save its text as .txt or .docx.")
            main = ole.openstream("WordDocument").read()
            if len(main) < 0x200 or _number(main, 0, "<H") != _WORD_97:
                raise ReadError("this is a document of Word 95 or older.", hint="Save it anew as .docx.")
            flags = _number(main, 0x0A, "<H")
            if flags & 0x0100:
                raise ReadError(
                    "the document is protected by a password.",
                    hint="Open it with the password and save it without one.",
                )
            name = "1Table" if flags & 0x0200 else "0Table"
            if not ole.exists(name):
                raise _damaged()
            return main, ole.openstream(name).read()
    except ReadError:
        raise
    except Exception as error:  # olefile raises many kinds on damaged files
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "the old Word document is damaged.", hint="Download it again, or open it in Word or WPS and save it as .docx."
    )


def _number(data: bytes, at: int, kind: str) -> int:
    try:
        return struct.unpack_from(kind, data, at)[0]
    except struct.error as error:
        raise _damaged() from error


def _table(main: bytes, table: bytes, at: int) -> bytes:
    """A structure in the table stream, whose place and size the text stream tells."""
    place, size = _number(main, at, "<I"), _number(main, at + 4, "<I")
    if place + size > len(table):
        raise _damaged()
    return table[place : place + size]


def _stories(main: bytes) -> list[tuple[int, int]]:
    """From where to where text, footnotes and text boxes go; heads, comments and endnotes are left."""
    text, notes, heads, macros, comments, endnotes, boxes = (
        max(0, _number(main, at, "<i")) for at in range(0x4C, 0x68, 4)
    )
    first_box = text + notes + heads + macros + comments + endnotes
    return [(0, text), (text, text + notes), (first_box, first_box + boxes)]


def _read_pieces(main: bytes, table: bytes) -> list[_Piece]:
    clx = _table(main, table, 0x01A2)
    at = 0
    extra: list[bytes] = []
    while at < len(clx) and clx[at] == 1:
        size = _number(clx, at + 1, "<H")
        extra.append(clx[at + 3 : at + 3 + size])
        at += 3 + size
    if at >= len(clx) or clx[at] != 2:
        raise _damaged()
    plc = clx[at + 5 : at + 5 + _number(clx, at + 1, "<I")]
    count = (len(plc) - 4) // 12
    pieces = []
    for i in range(count):
        first, last = struct.unpack_from("<II", plc, 4 * i)
        place, prm = struct.unpack_from("<IH", plc, 4 * (count + 1) + 8 * i + 2)
        packed = bool(place & 0x40000000)
        place = (place & 0x3FFFFFFF) // (2 if packed else 1)
        if last < first or place + (last - first) * (1 if packed else 2) > len(main):
            raise _damaged()
        if prm & 1:
            deleted = bool(prm >> 1 < len(extra) and _sprms(extra[prm >> 1]).get(_DELETED))
        else:
            deleted = prm >> 1 & 0x7F == _PRM_DELETED and bool(prm >> 8)
        pieces.append(_Piece(first, last, place, 1 if packed else 2, deleted))
    return pieces


def _runs(main: bytes, table: bytes, at: int, wanted: Callable[[dict[int, int]], object]) -> _Ranges:
    """The byte ranges of the text stream whose properties are wanted, in order."""
    plc = _table(main, table, at)
    count = max(0, (len(plc) - 4) // 8)
    found: _Ranges = []
    for i in range(count):
        number = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * i)[0] & 0x3FFFFF
        page = main[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[511]
        step = 1 if at == 0xFA else 13
        if 4 * (runs + 1) + step * runs > 511:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page, 0)
        for j, (start, end) in enumerate(pairwise(places)):
            offset = 2 * page[4 * (runs + 1) + step * j]
            if offset and end > start and wanted(_sprms(_properties(page, offset, paragraph=step == 13))):
                found.append((start, end))
    return sorted(found)


def _properties(page: bytes, offset: int, *, paragraph: bool) -> bytes:
    """The list of properties at an offset of a page of properties."""
    size = page[offset] if offset < len(page) else 0
    if not paragraph:
        return page[offset + 1 : offset + 1 + size]
    if size == 0:
        size = page[offset + 1] if offset + 1 < len(page) else 0
        return page[offset + 4 : offset + 2 + 2 * size]
    return page[offset + 3 : offset + 2 * size]


def _sprms(listed: bytes) -> dict[int, int]:
    """Properties by their code; of long ones only that they are there."""
    found: dict[int, int] = {}
    at = 0
    while at + 2 < len(listed):
        code = listed[at] | listed[at + 1] << 8
        at += 2
        kind = code >> 13
        if kind == 6:
            size = (listed[at] | listed[at + 1] << 8) + 1 if code == 0xD608 and at + 1 < len(listed) else listed[at] + 1
        else:
            size = _OPERAND[kind]
        found[code] = int.from_bytes(listed[at : at + size], "little") if kind != 6 else 1
        at += max(size, 1)
    return found


def _characters(
    main: bytes, pieces: list[_Piece], gone: _Ranges, row_ends: _Ranges, first: int, last: int
) -> Iterator[str]:
    """The text from one character to another, with the ends of cells and rows marked."""
    for piece in pieces:
        begin, end = max(first, piece.first), min(last, piece.last)
        if piece.deleted or begin >= end:
            continue
        place = piece.place + (begin - piece.first) * piece.width
        stop = place + (end - begin) * piece.width
        for start, until in _outside(place, stop, gone):
            width = piece.width
            until = start + (until - start) // width * width
            code = ("utf-16-le", "surrogatepass") if width == 2 else ("latin-1", "strict")
            text = main[start:until].decode(*code)
            if width == 1:
                text = _C1.sub(lambda m: m.group().encode("latin-1").decode("cp1252", "ignore"), text)
            if "\x07" in text:
                text = "".join(
                    c if c != "\x07" else _ROW if _within(start + k * width, row_ends) else _CELL
                    for k, c in enumerate(text)
                )
            yield text


def _outside(start: int, end: int, ranges: _Ranges) -> Iterator[tuple[int, int]]:
    """What of a range lies in none of the others."""
    for a, b in ranges:
        if b <= start:
            continue
        if a >= end:
            break
        if a > start:
            yield start, a
        start = max(start, b)
    if start < end:
        yield start, end


def _within(at: int, ranges: _Ranges) -> bool:
    return any(a <= at < b for a, b in ranges)


def _finish(text: str) -> str:
    """Signs of Word turned into characters: fields to what they show, table rows to lines."""
    text = re.sub("[\x13-\x15]", "", _reduce_fields(text)).translate(_SIGNS)
    if _CELL not in text and _ROW not in text:
        return text
    lines: list[str] = []
    in_table = False
    for chunk in re.split(f"(?<={_ROW})", text):
        if not chunk.endswith(_ROW):
            lines.append(chunk)
            in_table = False
            continue
        cells = chunk.removesuffix(_ROW).removesuffix(_CELL).split(_CELL)
        if not in_table:
            before, _, cells[0] = cells[0].rpartition("\n")
            lines += [before] if before else []
        in_table = True
        lines.append("\t".join(" ".join(cell.split("\n")).strip() for cell in cells))
    return "\n".join(lines)


def _reduce_fields(text: str) -> str:
    """Fields replaced by their results, the innermost first."""
    for _ in range(20):
        shorter = _FIELD.sub(lambda m: m.group(1) or "", text)
        if shorter == text:
            break
        text = shorter
    return text
