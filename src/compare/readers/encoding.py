"""Bytes to characters by rule: what fits strictly is taken, what is broken is reported with its place."""

from __future__ import annotations

import re

from compare.errors import ReadError

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WITHOUT_CONTROL = re.compile(r"[\t-\r\x20-\x7e\x80-\U0010ffff]*")  # told in a fifth of the time
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_TAG = re.compile(rb"<[^>]{0,500}>")
_GB2312_LEVEL1 = range(0xB0, 0xD8)
_BIG5_LEVEL1 = range(0xA4, 0xC7)
_SAMPLE = 20_000
_ORDINARY = 0.7


def decode(data: bytes, where: str = "") -> tuple[str, str]:
    """Decode Chinese text by rule: byte order mark, UTF-16 by byte parity, strict UTF-8, strict GB18030, strict Big5.

    Parameters
    ----------
    data : bytes
    where : str
        How errors call the file.

    Returns
    -------
    text, encoding : str
        The text without its byte order mark, and the name of the encoding.

    Raises
    ------
    ReadError
        No encoding fits; says at which byte UTF-8 and GB18030 break.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(_strictly(data[len(bom) :], encoding, where, len(bom)), where), encoding
    guess = _utf16_by_parity(data)
    if guess:
        return _checked(_strictly(data, guess, where, 0), where), guess
    try:
        return _checked(data.decode("utf-8"), where), "utf-8"
    except UnicodeDecodeError as error:
        utf8_break = error.start
    text, gb_break = _try(data, "gb18030")
    if text is not None and _share(text, "gb2312", _GB2312_LEVEL1) >= _ORDINARY:
        return _checked(text, where), "gb18030"
    big5, _ = _try(data, "big5hkscs")
    if big5 is not None and _share(big5, "big5", _BIG5_LEVEL1) >= _ORDINARY and _chardet_says_big5(data):
        return _checked(big5, where), "big5"
    if text is not None:
        raise ReadError(
            f"the text is broken at byte {utf8_break}, or is of an unknown encoding.",
            where=where, hint="Open it in an editor, repair the spot and save it as UTF-8.",
        )  # fmt: skip
    raise ReadError(
        f"the text is neither UTF-8 (broken at byte {utf8_break}) nor GB18030 (broken at byte {gb_break}).",
        where=where, hint="Open it in an editor, repair the spot and save it as UTF-8.",
    )  # fmt: skip


def _try(data: bytes, encoding: str) -> tuple[str | None, int]:
    """The text if the encoding fits strictly, else None and where it breaks."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError as error:
        return None, error.start


def _strictly(data: bytes, encoding: str, where: str, before: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"the text is marked as {encoding} but breaks at byte {error.start + before}.",
            where=where, hint="Download it again, or repair the spot and save it as UTF-8.",
        ) from error  # fmt: skip


def _utf16_by_parity(data: bytes) -> str:
    """The UTF-16 byte order that shows in where the zero and ideograph lead bytes lie; empty if it is none."""
    sample = data[:4096]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 8 or b"\x00" not in sample:  # there is none without line ends, blanks or digits
        return ""
    even, odd = sample[0::2], sample[1::2]
    for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        lead = sum(b == 0 or 0x4E <= b <= 0x9F or b in (0x20, 0x30, 0xFF) for b in high)
        lines = any(h == 0 and lo in (0x0A, 0x20, 0x30, 0x31, 0x32, 0x3C) for h, lo in zip(high, low, strict=True))
        if lead >= 0.98 * len(high) and lines and b"\x00" in sample:
            return encoding
    return ""


def _share(text: str, encoding: str, lead_bytes: range) -> float:
    """Share of the ideographs that are among the common ones of a charset: near 1 in running text, low in mojibake."""
    ideographs = _IDEOGRAPH.findall(text[:_SAMPLE])
    if not ideographs:
        return 0.0
    encoded = "".join(ideographs).encode(encoding, errors="replace").replace(b"?", b"??")
    return sum(b in lead_bytes for b in encoded[0::2]) / len(ideographs)


def _chardet_says_big5(data: bytes) -> bool:
    import chardet

    bare = _TAG.sub(b"", data[:_SAMPLE])  # what a page declares must not count
    found = chardet.detect(bare)["encoding"] or ""
    return found.lower().startswith(("big5", "cp950"))


def _checked(text: str, where: str) -> str:
    """The text, unless it holds so many control characters that it is none."""
    controls = 0 if _WITHOUT_CONTROL.fullmatch(text) else len(_CONTROL.findall(text))
    if controls > max(8, len(text) // 200) or (controls and "\x00" in text):
        raise ReadError(
            f"this is no text: it holds {controls} control characters.",
            where=where, hint="Remove it from the folder, or save it as plain text (UTF-8).",
        )  # fmt: skip
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise ReadError("the file holds nothing but blanks.", where=where, hint="Download it again, or remove it.")
    return text
