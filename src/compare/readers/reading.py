"""One plan file to its text: opened, its format found, read under guard, cleaned."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from compare.errors import ReadError
from compare.readers.encoding import decode
from compare.readers.files import read_bytes
from compare.readers.formats import find_binary_format, find_text_format, note_suffix
from compare.readers.guard import read_guarded
from compare.readers.libreoffice import convert_to_docx, find_office
from compare.readers.limits import Limits, check_characters, read_limits
from compare.readers.source import Parsed, SourceText

_WORD = re.compile(r"\w")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


def read_plan(path: Path) -> SourceText:
    """Read one plan file of any format.

    Parameters
    ----------
    path : pathlib.Path
        The file; it is only ever opened for reading.

    Returns
    -------
    SourceText
        `text` is the decoded file without its byte order mark and with ``\\r\\n`` as ``\\n``; of other formats than
        txt it is the running text, one paragraph or table row a line, cells parted by tabs.

    Raises
    ------
    ReadError
        The file is no regular file, is too large, is empty, is of a format that is not read, is damaged or protected,
        holds no text, or cannot be read within the limits.
    """
    limits = read_limits()
    try:
        return _read(path, limits)
    except ReadError as error:
        error.where = error.where or path.name
        raise


def _read(path: Path, limits: Limits) -> SourceText:
    data = read_bytes(path, limits)
    suffix = path.suffix.lower()
    format = find_binary_format(data)
    if format:
        parsed = _read_old_word(data, limits) if format == "doc" else read_guarded(format, data, limits)
    else:
        text, encoding = decode(data, path.name)
        format = find_text_format(text, suffix)
        if format == "txt":
            parsed = Parsed(text.replace("\r\n", "\n") if b"\r" in data else text, encoding)
        else:
            parsed = read_guarded(format, text.encode(), limits, encoding)
    text = parsed.text if format == "txt" else clean_text(parsed.text)
    if not _WORD.search(text):
        raise ReadError("the file holds no words.", hint="Open it to see what is in it, or remove it.")
    check_characters(text, limits)
    return SourceText(
        text=text, format=format, encoding=parsed.encoding, sha256=hashlib.sha256(data).hexdigest(),
        title=_one_line(parsed.title), issuer=_one_line(parsed.issuer), source_url=_one_line(parsed.source_url),
        published=_one_line(parsed.published), notes=(*note_suffix(format, suffix), *parsed.notes),
    )  # fmt: skip


def _read_old_word(data: bytes, limits: Limits) -> Parsed:
    """An old Word document by the suite's own reader, else with the help of LibreOffice."""
    try:
        return read_guarded("doc", data, limits)
    except ReadError as error:
        if "password" in error.message:
            raise
        converted = convert_to_docx(data, limits)
        if converted is None:
            install = "" if find_office() else " Or install LibreOffice, which opens more kinds and is used by itself."
            raise ReadError(error.message, hint=error.hint + install) from error
        parsed = read_guarded("docx", converted, limits)
        return replace(parsed, notes=(*parsed.notes, "the document was opened with the help of LibreOffice."))


def clean_text(text: str) -> str:
    """Text of a format that is not plain: one kind of line end, no control characters, no empty ends of lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATES.sub(lambda m: m.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)
    text = _CONTROL.sub("", text)
    lines = [line.rstrip(" \t\xa0\u3000") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _one_line(text: str) -> str:
    """What a file says about itself, on one line and of sane length."""
    if not text:
        return ""
    return " ".join(_CONTROL.sub("", text).split())[:300]
