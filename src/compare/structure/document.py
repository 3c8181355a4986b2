"""A plan's text as numbered sentences, each with the headings above it and its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from compare.structure.folding import Plain, fold_text, fold_widths
from compare.structure.paragraphs import split_paragraphs

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*[”’）)]*")
_MARKERS = (
    (1, re.compile(r"(第[一二三四五六七八九十百]+[章节部分]+|[一二三四五六七八九十]{1,3}[、．.])[ 、]?")),
    (2, re.compile(r"（[一二三四五六七八九十]{1,3}）[、]?")),
    (3, re.compile(r"\d{1,3}(?:[、．]|\.(?!\d))")),
    (4, re.compile(r"（\d{1,3}）|\d{1,2}[)）]|[①-⑳]")),
    (4, re.compile(r"——|--|—|[●■◆★▲▪•]")),
    (5, re.compile(r"[一二三四五六七八九十]{1,2}(?:是|要)(?=[^，。；、])")),
)  # fmt: skip
_INLINE_MARKERS = tuple(m for m in _MARKERS if m[0] == 5)
_MARKER_STARTS = frozenset("第一二三四五六七八九十（—-●■◆★▲▪•①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_UNMARKED = re.compile(r"(?:20\d\d年)?[\u4e00-\u9fff]{4,12}")
_PLAN_NAME = re.compile(r"(?:要点|计划|方案|报告|意见|规划|纲要|通知)$")
_QUANTITY = re.compile(r"(?:\d|[X×*]{1,3})[^、.．）]*[%家个名人项亿万元件次场]|[%％]")
_TITLE = re.compile(
    r"[^，。；：]{0,60}(?:要点|计划|方案|报告|意见|规划|思路|总结|任务|纲要|安排|措施|办法|通知)(?:（[^）]{1,20}）)?"
)
_END = "。！？；"


class Sentence(NamedTuple):
    """One sentence: where it stands (`start`, `end` in the text), its plain form and the headings above it.

    `plain_start` is its place in `Document.plain.text`; `paragraph` counts from 1; `item` is the innermost marker.
    """

    n: int
    start: int
    end: int
    text: str
    plain: str
    path: tuple[str, ...]
    item: str
    paragraph: int
    is_heading: bool
    level: int
    plain_start: int


class _Above(NamedTuple):
    """An item marker that is open; `heading` is empty where the item is running text."""

    level: int
    marker: str
    heading: str


@dataclass(frozen=True, slots=True)
class Document:
    """A plan's text, its plain form, its sentences in order and its title (empty when it has none)."""

    text: str
    plain: Plain
    sentences: tuple[Sentence, ...]
    title: str


def read_structure(text: str) -> Document:
    """Split a text into sentences under their headings.

    Parameters
    ----------
    text : str
        What the reader returned.

    Returns
    -------
    Document
        ``text[s.start:s.end] == s.text`` holds for every sentence.
    """
    widths = fold_widths(text)
    spans = split_paragraphs(widths)
    plain = fold_text(text, spans, widths)
    sentences: list[Sentence] = []
    above: list[_Above] = []
    path: tuple[str, ...] = ()
    inner = ""
    begin = 0
    paragraphs = plain.text.split("\n")[:-1]
    for number, paragraph in enumerate(paragraphs, 1):
        following = paragraphs[number] if number < len(paragraphs) else ""
        for index, match in enumerate(_SENTENCE.finditer(paragraph)):
            written = match.group()
            body = written.strip()
            if len(body) < 2:
                continue
            offset = begin + match.start() + (0 if body[0] == written[0] else written.find(body[0]))
            level, marker = _marker(body, first=index == 0)
            alone = index == 0 and match.start() == 0 and match.end() == len(paragraph)
            is_heading = _is_heading(body, level, marker, index, alone, len(paragraph), following)
            if is_heading and not level:
                level = 1 if alone else 4
            closes = level or (5 if index == 0 else 9)
            if above and above[-1].level >= closes:
                while above and above[-1].level >= closes:
                    above.pop()
                path, inner = _name_place(above)
            start, end = plain.locate(offset, offset + len(body))
            sentences.append(
                Sentence(
                    len(sentences) + 1, start, end, text[start:end], body, path, marker or inner, number, is_heading,
                    level if is_heading else 0, offset,
                )
            )  # fmt: skip
            if level:
                above.append(_Above(level, marker, body.rstrip(_END + "：") if is_heading else ""))
                path, inner = _name_place(above)
        begin += len(paragraph) + 1
    return Document(text, plain, tuple(sentences), find_title(paragraphs))


def _name_place(above: list[_Above]) -> tuple[tuple[str, ...], str]:
    """The headings that are open, outermost first, and the innermost marker."""
    marker = next((a.marker for a in reversed(above) if a.marker), "")
    return tuple(a.heading for a in above if a.heading), marker


def _marker(body: str, *, first: bool) -> tuple[int, str]:
    """Level and text of the item marker a sentence begins with; (0, "") if it has none."""
    if body[0] not in _MARKER_STARTS and not body[0].isdecimal():
        return 0, ""
    for level, pattern in _MARKERS if first else _INLINE_MARKERS:
        match = pattern.match(body)
        if match:
            return level, match.group().strip()
    return 0, ""


def _is_heading(body: str, level: int, marker: str, index: int, alone: bool, length: int, following: str) -> bool:
    """Whether a sentence is a heading: on its own line, or the short opening of a longer paragraph."""
    if index and level != 5:
        return False
    title = body[len(marker) :].strip()
    if level == 5:
        return len(title) <= 34 and body[-1] in "。；" and not _QUANTITY.search(title)
    bare = title.rstrip(_END)
    if alone:
        if level in (1, 2):
            return len(title) <= 60 and not (title != bare and _QUANTITY.search(title))
        if level:
            return len(title) <= 45 and (title == bare or not _QUANTITY.search(title)) and len(following) > len(body)
        return bool(_UNMARKED.fullmatch(body)) and not _PLAN_NAME.search(body) and len(following) > len(body)
    if level:
        return len(title) <= 45 and not _QUANTITY.search(title)
    return (
        len(bare) <= 16
        and title != bare
        and "，" not in bare
        and length > 3 * len(title)
        and not _QUANTITY.search(bare)
    )


def find_title(paragraphs: list[str]) -> str:
    """The first of the opening lines that reads like the title of a plan, else an empty string."""
    for paragraph in paragraphs[:12]:
        line = paragraph.strip()
        if len(line) <= 70 and _TITLE.fullmatch(line) and re.search(r"工作|计划|方案|行动|规划|报告|要点|意见", line):
            return line
    return ""
