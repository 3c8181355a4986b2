"""Bytes to text: the format and encoding of a plan file, found from its content. Nothing else knows about formats."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from compare.errors import ReadError

MAX_BYTES = 64 * 1024 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FOREIGN = (
    (b"%PDF", "a PDF", "Save it as text (.txt) and put that into the folder."),
    (b"PK\x03\x04", "a zipped Office document", "Save it as plain text (.txt, UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save it as plain text (.txt, UTF-8)."),
    (b"{\\rtf", "a rich text document", "Save it as plain text (.txt, UTF-8)."),
    (b"\x89PNG", "a picture", "Run text recognition on it first, and save the result as .txt."),
    (b"\xff\xd8\xff", "a picture", "Run text recognition on it first, and save the result as .txt."),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_GB2312_LEVEL1 = range(0xB0, 0xD8)


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader found in a file: its text, and what the file itself says about its origin."""

    text: str
    format: str
    encoding: str
    sha256: str
    title: str = ""
    issuer: str = ""
    source_url: str = ""
    published: str = ""
    notes: tuple[str, ...] = ()


def read_plan(path: Path) -> SourceText:
    """Read one plan file.

    Parameters
    ----------
    path : pathlib.Path
        The file; it is only ever opened for reading.

    Returns
    -------
    SourceText
        `text` is the decoded file without its byte order mark and with ``\\r\\n`` as ``\\n``.

    Raises
    ------
    ReadError
        The file is no regular file, is too large, is empty, is of a format that is not read, or is not text.
    """
    where = path.name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ReadError("this is no regular file.", where=where, hint="Put a copy of the plan itself here.")
        if found.st_size > MAX_BYTES:
            raise ReadError(
                f"the file has {found.st_size / 2**20:.0f} MiB; plans have a few hundred KiB.",
                where=where, hint=f"Split it, or remove what is no text (limit {MAX_BYTES // 2**20} MiB).",
            )  # fmt: skip
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"the file cannot be opened ({error.strerror}).", where=where, hint="Check the path and its permissions."
        ) from error
    if not data.strip():
        raise ReadError("the file is empty.", where=where, hint="Download it again, or remove it.")
    for magic, kind, hint in _FOREIGN:
        if data.startswith(magic):
            raise ReadError(f"this is {kind}, which cannot be read.", where=where, hint=hint)
    text, encoding = decode(data, where)
    return SourceText(
        text=text.replace("\r\n", "\n"), format="txt", encoding=encoding, sha256=hashlib.sha256(data).hexdigest()
    )


def decode(data: bytes, where: str = "") -> tuple[str, str]:
    """Decode Chinese text by rule: byte order mark, UTF-16 by byte parity, strict UTF-8, strict GB18030.

    Returns
    -------
    text, encoding : str

    Raises
    ------
    ReadError
        No encoding fits; says at which byte UTF-8 and GB18030 break.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(_strictly(data[len(bom) :], encoding, where), where), encoding
    guess = _utf16_by_parity(data)
    if guess:
        return _checked(_strictly(data, guess, where), where), guess
    try:
        return _checked(data.decode("utf-8"), where), "utf-8"
    except UnicodeDecodeError as error:
        utf8_break = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ReadError(
            f"the text is neither UTF-8 (broken at byte {utf8_break}) nor GB18030 (broken at byte {error.start}).",
            where=where, hint="Open it in an editor and save it as UTF-8.",
        ) from error  # fmt: skip
    if _share_of_common_ideographs(text) < 0.7:
        raise ReadError(
            f"the text is broken at byte {utf8_break}, or is of an unknown encoding.",
            where=where, hint="Open it in an editor, repair the spot and save it as UTF-8.",
        )  # fmt: skip
    return _checked(text, where), "gb18030"


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"the text is marked as {encoding} but breaks at byte {error.start}.",
            where=where, hint="Download it again, or save it as UTF-8.",
        ) from error  # fmt: skip


def _utf16_by_parity(data: bytes) -> str:
    """The UTF-16 byte order that shows in where the zero and ideograph lead bytes lie; empty if it is none."""
    sample = data[:4096]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 8:
        return ""
    even, odd = sample[0::2], sample[1::2]
    for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        lead = sum(b == 0 or 0x4E <= b <= 0x9F or b in (0x20, 0x30, 0xFF) for b in high)
        lines = any(h == 0 and lo in (0x0A, 0x20, 0x30, 0x31, 0x32) for h, lo in zip(high, low, strict=True))
        if lead >= 0.98 * len(high) and lines and b"\x00" in sample:
            return encoding
    return ""


def _share_of_common_ideographs(text: str) -> float:
    """Share of the ideographs that belong to GB 2312 level 1; about 0.99 in running text, far less in mojibake."""
    ideographs = _IDEOGRAPH.findall(text[:20000])
    if not ideographs:
        return 0.0
    encoded = "".join(ideographs).encode("gb2312", errors="replace").replace(b"?", b"??")
    return sum(b in _GB2312_LEVEL1 for b in encoded[0::2]) / len(ideographs)


def _checked(text: str, where: str) -> str:
    """The text, unless it holds so many control characters that it is none."""
    controls = len(_CONTROL.findall(text))
    if controls > max(8, len(text) // 200) or "\x00" in text:
        raise ReadError(
            f"this is no text: it holds {controls} control characters.",
            where=where, hint="Remove it from the folder, or save it as plain text (UTF-8).",
        )  # fmt: skip
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise ReadError("the file holds nothing but blanks.", where=where, hint="Download it again, or remove it.")
    return text
