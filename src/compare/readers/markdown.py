"""Markdown: its marks taken off, the rows of its tables kept."""

from __future__ import annotations

import re

from compare.readers.limits import Limits
from compare.readers.source import Parsed

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?:[-*_][ \t]*){3,}|=+[ \t]*)$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_DIVIDER = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_DELETED = re.compile(r"~~(?=\S)([^~\n]+?)~~")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def read_markdown(data: bytes, limits: Limits, encoding: str = "utf-8") -> Parsed:
    """Read Markdown: marks are taken off, struck-out text is left out, cells of a table row are parted by tabs."""
    text = data.decode("utf-8").replace("\r\n", "\n")
    front = _FRONT.match(text)
    said = _read_front(front.group(1)) if front else {}
    text = _COMMENT.sub("", text[front.end() :] if front else text)
    lines = [line for line in map(_strip_line, text.split("\n")) if line is not None]
    return Parsed(
        text="\n".join(lines), encoding=encoding, title=said.get("title", ""),
        issuer=said.get("issuer", "") or said.get("author", ""), published=said.get("date", ""),
        source_url=said.get("url", "") or said.get("source", ""),
    )  # fmt: skip


def _read_front(front: str) -> dict[str, str]:
    """The plain `key: value` lines that may stand before the text."""
    pairs = (line.partition(":") for line in front.split("\n"))
    return {key.strip().lower(): value.strip().strip("\"'") for key, mark, value in pairs if mark}


def _strip_line(line: str) -> str | None:
    """A line without its marks; None where nothing but marks stood there."""
    if _FENCE.match(line) or (_DIVIDER.match(line) and ("|" in line or "--" in line)) or _RULE.match(line):
        return None
    line = _QUOTE.sub("", line)
    heading = _HEADING.match(line)
    if heading:
        line = heading.group(1)
    line = _BULLET.sub("", line)
    if line.strip().startswith("|") and line.count("|") >= 2:
        cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        return "\t".join(_strip_marks(cell.strip()) for cell in cells)
    return _strip_marks(line)


def _strip_marks(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _DELETED.sub("", _CODE.sub(r"\1", text))
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text)))
