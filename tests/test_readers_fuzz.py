"""Whatever stands in a file: it is read, or refused with a remedy, in good time.

PLANCOMPARE_FUZZ sets how many cases each test tries; 10,000 and more in all were run before the readers were released.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compare.errors import ReadError
from compare.readers import guard, libreoffice, read_plan
from compare.structure import read_structure
from wrappings import WRAPPINGS, hard_wrap, split_lines

FILES = Path(__file__).parent / "files"
LINES = split_lines((Path(__file__).parent.parent / "data" / "raw" / "county_x.txt").read_text(encoding="utf-8"))
CASES = int(os.environ.get("PLANCOMPARE_FUZZ", "25"))
SUFFIX = {"html": ".html", "mhtml": ".mhtml", "docx": ".docx", "rtf": ".rtf", "pdf": ".pdf", "ofd": ".ofd", "md": ".md"}
FORMATS = (*SUFFIX, "doc", "gb18030", "utf-16", "hard-wrapped text")
MARKS = (
    b"<table><tr><td>", b"</div>", b"<!--", b"<![CDATA[", b"&#xD800;", b"&#0;", b"\\u-9999999?", b"\\bin99999 ",
    b"{{{{", b"}}}}", b"\\'ff", b"\\uc9", b"<w:p>", b"</w:p>", b"\x13\x14\x15", b"endobj", b"stream\n",
    b"/Kids [1 0 R]", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00" * 8, b"\xff" * 8, b"\x80\x81", b"\x1b[31m",
    b"Content-Type: text/html\r\n\r\n", b"9" * 400, b"w:val=\"-1\"", b"DeltaX=\"g 999999999 1e9\"",
    b"Boundary=\"nan inf 1 1\"", "新增企业20家。".encode(), b"%PDF-", b"PK\x03\x04",
)  # fmt: skip

many = settings(
    max_examples=CASES, derandomize=CASES <= 100, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@cache
def whole(format: str) -> bytes:
    """A whole file of a format."""
    if format == "doc":
        return (FILES / "tracked.doc").read_bytes()
    if format == "hard-wrapped text":
        return hard_wrap(LINES[:12]).encode()
    return WRAPPINGS[format][1](LINES[:12])


@pytest.fixture(autouse=True)
def without_libreoffice(monkeypatch):
    monkeypatch.setattr(libreoffice.shutil, "which", lambda name: None)
    monkeypatch.setattr(libreoffice, "_PLACES", ())
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "seconds=10")


@st.composite
def changes(draw) -> list[tuple[str, float, float, bytes]]:
    kind = st.sampled_from(("cut", "insert", "flip", "double", "replace", "end"))
    content = st.one_of(st.binary(max_size=12), st.sampled_from(MARKS))
    place = st.floats(0, 1, allow_nan=False)
    return draw(st.lists(st.tuples(kind, place, place, content), min_size=1, max_size=6))


def change(data: bytes, steps: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, place, size, content in steps:
        at = int(place * len(data))
        until = min(len(data), at + int(size * size * size * len(data)) + 1)
        if kind == "cut":
            data = data[:at] + data[until:]
        elif kind == "insert":
            data = data[:at] + content + data[at:]
        elif kind == "flip":
            data = data[:at] + bytes(b ^ 0x55 for b in data[at : at + 4]) + data[at + 4 :]
        elif kind == "double" and len(data) < 300_000:
            data = data[:until] + data[at:until] * 3 + data[until:]
        elif kind == "replace":
            data = data[:at] + content + data[at + len(content) :]
        elif kind == "end" and place > 0.5:
            data = data[:at]
    return data


def change_part(data: bytes, steps: list[tuple[str, float, float, bytes]], which: float) -> bytes:
    """Change one part of an archive and pack it again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        names = [n for n in before.namelist() if n.endswith((".xml", ".rels"))]
        chosen = names[min(int(which * len(names)), len(names) - 1)]
        for name in before.namelist():
            after.writestr(name, change(before.read(name), steps) if name == chosen else before.read(name))
    return buffer.getvalue()


def check(folder: Path, data: bytes, suffix: str) -> None:
    """Read a file: it gives text that can be stored and structured, or a refusal with a remedy."""
    file = folder / f"plan{suffix}"
    file.write_bytes(data)
    began = time.monotonic()
    refusal = None
    try:
        source = read_plan(file)
    except ReadError as error:
        refusal = error
    assert time.monotonic() - began < 10
    if refusal is not None:
        assert refusal.where == file.name
        assert refusal.message
        assert refusal.hint
        assert "was stopped" not in refusal.message
        return
    source.text.encode()
    assert source.text.strip()
    assert source.format in guard._NAMES or source.format == "txt"
    assert all("\n" not in said for said in (source.title, source.issuer, source.source_url, source.published))
    document = read_structure(source.text)
    assert all(source.text[s.start : s.end] == s.text for s in document.sentences)


@pytest.mark.parametrize("format", FORMATS)
@many
@given(steps=changes())
def test_changed_files_of_every_format(format, steps, tmp_path):
    check(tmp_path, change(whole(format), steps), SUFFIX.get(format, ".doc" if format == "doc" else ".txt"))


@pytest.mark.parametrize("format", ["docx", "ofd"])
@many
@given(steps=changes(), which=st.floats(0, 1, allow_nan=False))
def test_archives_with_a_changed_part(format, steps, which, tmp_path):
    check(tmp_path, change_part(whole(format), steps, which), SUFFIX[format])


@many
@given(data=st.binary(max_size=2_000), suffix=st.sampled_from((*SUFFIX.values(), ".doc", ".txt", "")))
def test_random_bytes(data, suffix, tmp_path):
    check(tmp_path, data, suffix)


STARTS = (b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf1 ", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"\xff\xfe")


@many
@given(start=st.sampled_from(STARTS), data=st.binary(max_size=2_000))
def test_random_bytes_after_the_mark_of_a_format(start, data, tmp_path):
    check(tmp_path, start + data, ".txt")


ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5")


@many
@given(st.text(max_size=600), st.sampled_from(ENCODINGS), st.sampled_from((".txt", ".md", ".html")))
def test_random_text(tmp_path, text, encoding, suffix):
    check(tmp_path, text.encode(encoding, "ignore"), suffix)


MARKUP = (
    "<table>", "<tr><td>", "</td>", "</table>", "<p>", "</p>", "<div style='display:none'>", "<a>", "<br>", "<pre>",
    "| a | b |", "|--|--|", "**", "](x)", "~~", "<!--", "-->", "<script>", "<h1>", "<title>",
    "<meta name=url content=x>",
)  # fmt: skip
WORDS = st.text("科技创新企业20家以上，。；\n\t 　①（一）1.、%|*#<>&", max_size=40)


@many
@given(parts=st.lists(st.one_of(WORDS, st.sampled_from(MARKUP)), max_size=60), suffix=st.sampled_from((".html", ".md")))
def test_random_markup(parts, suffix, tmp_path):
    check(tmp_path, "".join(parts).encode(), suffix)
