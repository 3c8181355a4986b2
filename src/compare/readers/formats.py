"""Which format a file is of: told by its content, never by its suffix."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from compare.errors import ReadError

SUFFIXES = {
    "txt": (".txt", ".text", ""), "md": (".md", ".markdown"), "html": (".html", ".htm", ".shtml", ".xhtml"),
    "mhtml": (".mhtml", ".mht"), "docx": (".docx", ".docm", ".dotx", ".wps"), "doc": (".doc", ".wps", ".dot", ".wpt"),
    "rtf": (".rtf",), "pdf": (".pdf",), "ofd": (".ofd",),
}  # fmt: skip
_OCR = "Run text recognition (OCR) on it, and save the result as .txt or .docx."
_UNPACK = "Unpack it, and put the plans that are in it here."
_COPY = "Save its text as .txt or .docx."
_SAVE_AS = "Open it where it was made and save it as .docx or .txt."
_FOREIGN = (
    (b"\x89PNG", "a picture", _OCR),
    (b"\xff\xd8\xff", "a picture", _OCR),
    (b"GIF8", "a picture", _OCR),
    (b"II*\x00", "a picture", _OCR),
    (b"MM\x00*", "a picture", _OCR),
    (b"Rar!\x1a\x07", "a packed archive (RAR)", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a packed archive (7z)", _UNPACK),
    (b"\x1f\x8b", "a packed archive (gzip)", _UNPACK),
    (b"MZ\x90\x00", "a program", "Remove it from the folder."),
    (b"\x7fELF", "a program", "Remove it from the folder."),
    (b"SQLite format 3\x00", "a database", "Remove it from the folder."),
    (b"%!PS", "a PostScript file", "Print it to PDF, and put that here."),
)  # fmt: skip
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|div|table|p|h1|article|section|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_ANY_HTML = re.compile(r"<(?:html|body)\b[^>]{0,400}>", re.IGNORECASE)
_TAG = re.compile(r"</(?:p|div|td|span|li|h[1-6])\s*>|<br\s*/?>", re.IGNORECASE)
_MHTML = re.compile(
    rb"\s*(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?(?:content-type:\s*multipart/related|mime-version:\s*1\.0)",
    re.IGNORECASE,
)
_WORD_XML = re.compile(r"\s*<\?xml.{0,400}<(?:\w+:wordDocument|pkg:package)\b", re.DOTALL)


def find_binary_format(data: bytes) -> str:
    """The format of bytes that are not just encoded characters; empty where they may be.

    Raises
    ------
    ReadError
        They are of a format that is not read.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zip_format(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole_format(data)
    for magic, kind, hint in _FOREIGN:
        if data.startswith(magic):
            raise ReadError(f"this is {kind}, which cannot be read.", hint=hint)
    if _MHTML.match(data[:4096]) and re.search(rb"content-type:", data[:65536], re.IGNORECASE):
        return "mhtml"
    return ""


def find_text_format(text: str, suffix: str) -> str:
    """The format of characters: html where there is markup, md where the name says so, else txt.

    Raises
    ------
    ReadError
        It is XML of Word, which is not read.
    """
    head = text[:20_000]
    if _WORD_XML.match(head):
        raise ReadError("this is a Word document as plain XML, which cannot be read.", hint=_SAVE_AS)
    if _HTML.match(head) or (_ANY_HTML.search(head) and _TAG.search(text)):
        return "html"
    if suffix in SUFFIXES["html"] and len(_TAG.findall(head)) >= 2:
        return "html"
    return "md" if suffix in SUFFIXES["md"] else "txt"


def note_suffix(format: str, suffix: str) -> tuple[str, ...]:
    """A note where the suffix of a file says something else than its content."""
    known = {s for suffixes in SUFFIXES.values() for s in suffixes}
    if suffix in SUFFIXES[format] or (suffix not in known and format == "txt"):
        return ()
    return (f"the content is {format}, whatever the suffix {suffix!r} says; it was read as {format}.",)


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except ReadError:
        raise
    except Exception as error:  # the library raises many kinds on damaged archives
        raise ReadError(
            "this is a damaged Office document or archive: its list of contents cannot be read.",
            hint="Download it again, or open it in Word or WPS and save it anew.",
        ) from error
    return _format_of_parts(names, kind)


def _format_of_parts(names: Iterable[str], kind: bytes) -> str:
    lower = {name.lower().lstrip("/").replace("\\", "/") for name in names}
    if any(name.endswith("ofd.xml") for name in lower):
        return "ofd"
    if any(name.startswith("word/") for name in lower):
        return "docx"
    if any(name.startswith("xl/") for name in lower):
        raise ReadError("this is a spreadsheet (Excel), which cannot be read.", hint=_COPY)
    if any(name.startswith("ppt/") for name in lower):
        raise ReadError("these are slides (PowerPoint), which cannot be read.", hint=_COPY)
    if b"opendocument" in kind:
        raise ReadError("this is an OpenDocument file, which cannot be read.", hint=_SAVE_AS)
    if "[content_types].xml" in lower:
        return "docx"
    raise ReadError("this is a packed archive (zip), not a plan.", hint=_UNPACK)


def _ole_format(data: bytes) -> str:
    """Which program an old Office file belongs to, by the names of its streams."""
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("WordDocument"):
        return "doc"
    if holds("EncryptedPackage"):
        raise ReadError(
            "this document is protected by a password.", hint="Open it with the password and save it without one."
        )
    if holds("Workbook"):
        raise ReadError("this is an old spreadsheet (Excel), which cannot be read.", hint=_COPY)
    if holds("PowerPoint Document"):
        raise ReadError("these are old slides (PowerPoint), which cannot be read.", hint=_COPY)
    return "doc"
