"""A plan's text as numbered sentences, each with the headings above it and its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from compare.structure.folding import Plain, fold_text, fold_widths
from compare.structure.paragraphs import split_paragraphs

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*[”’）)]*")
_INLINE_MARKER = re.compile(r"[一二三四五六七八九十]{1,2}(?:是|要)(?=[^，。；、])")
_INLINE = 5  # the level of an inline marker; the others are the groups of a marker
_MARKER = re.compile(
    r"((?:第[一二三四五六七八九十百]+[章节部分]+|[一二三四五六七八九十]{1,3}[、．.])[ 、]?)"
    r"|(（[一二三四五六七八九十]{1,3}）[、]?)"
    r"|(\d{1,3}(?:[、．]|\.(?!\d)))"
    r"|(（\d{1,3}）|\d{1,2}[)）]|[①-⑳]|——|--|—|[●■◆★▲▪•])"
    rf"|({_INLINE_MARKER.pattern})"
)
_MARKER_STARTS = frozenset("第一二三四五六七八九十（—-●■◆★▲▪•①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_INLINE_STARTS = frozenset("一二三四五六七八九十")
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
    """An item marker that is open, with the headings down to it and the innermost marker."""

    level: int
    path: tuple[str, ...]
    marker: str


_TOP = _Above(0, (), "")


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
    above = [_TOP]
    level_above, path, inner = _TOP
    begin = count = 0
    # Places only ever move on, so that the distance to the text is known without a search.
    distances = zip(plain.shift, (*plain.at[1:], len(plain.text) + 1), strict=True)
    shift, until = next(distances)
    paragraphs = plain.text.split("\n")[:-1]
    for number, paragraph in enumerate(paragraphs, 1):
        following = paragraphs[number] if number < len(paragraphs) else ""
        for index, match in enumerate(_SENTENCE.finditer(paragraph)):
            first, last = match.span()
            written = match.group()
            body = written.strip()
            length = len(body)
            if length < 2:
                continue
            offset = begin + first
            initial = body[0]
            if initial != written[0]:
                offset += written.find(initial)
            level, marker, is_heading = 0, "", False
            if index == 0 or initial in _INLINE_STARTS:
                if initial in _MARKER_STARTS or initial.isdecimal():
                    level, marker = _find_marker(body, first=index == 0)
                if index == 0 or level:
                    alone = index == 0 and first == 0 and last == len(paragraph)
                    is_heading = _is_heading(body, level, marker, alone, len(paragraph), following)
                    if is_heading and not level:
                        level = 1 if alone else 4
                    closes = level or _INLINE
                    if level_above >= closes:
                        while above[-1].level >= closes:
                            above.pop()
                        level_above, path, inner = above[-1]
            while offset >= until:
                shift, until = next(distances)
            start = offset + shift
            close = offset + length
            while close > until:
                shift, until = next(distances)
            end = close + shift
            count += 1
            made = Sentence(
                count, start, end, text[start:end], body, path, marker or inner, number, is_heading,
                level if is_heading else 0, offset,
            )  # fmt: skip
            sentences.append(made)
            if level:
                level_above, inner = level, marker or inner
                if is_heading:
                    heading = body.rstrip(_END + "：")
                    path = (*path, heading) if heading else path
                above.append(_Above(level, path, inner))
        begin += len(paragraph) + 1
    return Document(text, plain, tuple(sentences), find_title(paragraphs))


def _find_marker(body: str, *, first: bool) -> tuple[int, str]:
    """Level and text of the item marker a sentence begins with; (0, "") if it has none."""
    match = _MARKER.match(body) if first else _INLINE_MARKER.match(body)
    if match is None:
        return 0, ""
    return match.lastindex or _INLINE, match.group().strip()


def _is_heading(body: str, level: int, marker: str, alone: bool, length: int, following: str) -> bool:
    """Whether an opening sentence is a heading: on its own line, or the short opening of a longer paragraph."""
    title = body[len(marker) :].strip()
    if level == _INLINE:
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
