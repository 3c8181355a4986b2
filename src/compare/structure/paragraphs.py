"""Lines to paragraphs: page furniture left out, and lines that were broken to fit a page joined again."""

from __future__ import annotations

import re

_PAGE = re.compile(
    r"#\s*Page\s*\d+\s*[:：]?|[-—–·]*\s*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*/\s*\d{1,4}|"
    r"\s*共\s*\d+\s*页)?\s*[-—–·]*",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节条部]"
    r"|[一二三四五六七八九十]{1,3}[、．.]"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,3}(?:[、．]|\.(?!\d))"
    r"|[（(]\d{1,3}[）)]"
    r"|[①-⑳]"
    r"|(?:——|--|—)(?=\S)"
    r"|[●■◆★▲▪•]"
    r"|附件|附：|# Page)"
)
_SECTION = re.compile(r"(?:总体|指导|基本|主要|工作|重点|发展|保障|组织)[\u4e00-\u9fff]{2}|附则|前言|背景")
_CUT_NUMBER = re.compile(r"[\u4e00-\u9fff≥][ ]*\d[\d.]*[ ]*[十百千万亿]{0,2}$")
_NO_START = ("以上", "以内", "左右", "以下", "，", "。", "；", "、", "）")
_REST_OF_UNIT = re.compile(r"(?:次|百?分点|元|方米|方公里)(?:以上|以内|左右|以下|[，。；、]|$)")
_CUT_UNIT = re.compile(r"\d[ ]*[十百千万亿]{0,2}(?:[人场项户家车架批]|个百?|[十百千万亿]|平|平方)$")
_NUMBER_ENDS = ".十百千万亿"
_STARTS_WITH_QUANTITY = re.compile(r"\d[\d.]*[ ]*[十百千万亿]{0,2}[ ]*[家个项名人件亩公吨元%座处条所户]")
_BARE_NUMBER = re.compile(r"\d{1,3}[、．.]")
_FINAL = "。！？；：…"
_CLOSING = "”’」』）)】》\"'"
_JOINING = "，、（(“‘《[【—-"


def split_paragraphs(folded: str) -> list[tuple[int, int]]:
    """Spans of the paragraphs of a width-folded text, without blanks at their ends.

    A text whose lines were broken to fit a page (PDF, typewriter layout) is recognised by its many lines of nearly
    full length that end inside a sentence; its lines are joined unless the next begins with an item marker, is
    indented, or follows an empty line or a short finished one.
    """
    lines = _lines(folded)
    kept = [(start, end) for start, end in lines if not _PAGE.fullmatch(folded, start, end)]
    whole = [line for line in kept if "\t" not in folded[slice(*line)]] if "\t" in folded else kept
    width = wrapped_width(folded, whole)
    if not width:
        return _join_cut_lines(folded, kept)
    paragraphs: list[tuple[int, int]] = []
    for start, end in kept:
        if paragraphs and _continues(folded, paragraphs[-1], _last_line(folded, paragraphs[-1]), (start, end), width):
            paragraphs[-1] = (paragraphs[-1][0], end)
        else:
            paragraphs.append((start, end))
    return paragraphs


def _join_cut_lines(folded: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join a line to the next only where it cannot end: after 、 or ，, or between a number and its unit."""
    paragraphs: list[tuple[int, int]] = []
    for line in lines:
        if paragraphs and _is_cut(folded, paragraphs[-1], line) and not _MARKER.match(folded, line[0]):
            paragraphs[-1] = (paragraphs[-1][0], line[1])
        else:
            paragraphs.append(line)
    return paragraphs


def _is_cut(folded: str, paragraph: tuple[int, int], line: tuple[int, int]) -> bool:
    """Whether the only line break between a paragraph and a line falls inside a clause or a number."""
    (begin, close), (start, end) = paragraph, line
    last = folded[close - 1]
    in_unit = _REST_OF_UNIT.match(folded, start, end) and _CUT_UNIT.search(folded, begin, close)
    if in_unit or last in "，、" or folded.startswith(_NO_START, start, end):
        cut = True
    elif last in _NUMBER_ENDS or last.isdecimal():
        cut = bool(_CUT_NUMBER.search(folded, begin, close))
    else:
        cut = False
    if not cut and folded[start].isdecimal() and close - begin >= 16:
        cut = bool(_STARTS_WITH_QUANTITY.match(folded, start, end)) and not _ends_sentence(folded[begin:close])
    return (
        cut
        and folded.count("\n", close, start) == 1
        and folded.find("\t", begin, close) < 0  # no row of a table
        and folded.find("\t", start, end) < 0
    )


def _lines(folded: str) -> list[tuple[int, int]]:
    """Spans of the non-empty lines without the blanks at their ends."""
    lines, start = [], 0
    for line in folded.split("\n"):
        stripped = line.strip(" \t\ufeff\u200b")
        if stripped:
            begin = start if len(stripped) == len(line) else start + line.find(stripped[0])
            lines.append((begin, begin + len(stripped)))
        start += len(line) + 1
    return lines


def wrapped_width(folded: str, lines: list[tuple[int, int]]) -> int:
    """The length of a full line where the lines were broken to fit a page, else 0."""
    if len(lines) < 3:
        return 0
    lengths = sorted(end - start for start, end in lines)
    full = lengths[int(0.9 * (len(lengths) - 1))]
    if full > 70 or full < 12:
        return 0
    few = len(lines) < 5
    broken = sum(
        end - start >= 0.75 * full
        and not _ends_sentence(folded[start:end])
        and not (few and _MARKER.match(folded, start))
        for start, end in lines
    )
    needed = 0.6 * (len(lines) - 1) if few else max(3, 0.2 * len(lines))
    return full if broken >= needed else 0


def _ends_sentence(line: str) -> bool:
    stripped = line.rstrip(_CLOSING + " ")
    return bool(stripped) and stripped[-1] in _FINAL


def _last_line(folded: str, paragraph: tuple[int, int]) -> str:
    return folded[max(paragraph[0], folded.rfind("\n", *paragraph) + 1) : paragraph[1]].strip()


def _continues(folded: str, paragraph: tuple[int, int], last: str, line: tuple[int, int], width: int) -> bool:
    """Whether a line of a wrapped text goes on with the paragraph before it."""
    text = folded[slice(*line)]
    if "\t" in last or "\t" in text:  # rows of a table
        return False
    gap = folded[paragraph[1] : line[0]]
    between = gap.strip(" \t\n\ufeff")
    empty_line = gap.count("\n") > 1 and not between
    if _BARE_NUMBER.fullmatch(last):
        return True
    if _MARKER.match(text) and not (text[0].isdigit() and last[-1] in "，、" and len(last) >= 0.8 * width):
        return False
    unfinished = not _ends_sentence(last)
    if empty_line:
        return unfinished and len(last) >= 0.8 * width and last[-1] in _JOINING
    indent = len(gap) - len(gap.rstrip(" "))
    if indent >= 2 and (last[-1] not in _JOINING):
        return False
    if unfinished and (
        last[-1] in _JOINING or last.count("“") > last.count("”") or last.count("（") > last.count("）")
    ):
        return True
    if len(last) >= 0.75 * width:
        return True
    opening = folded.find("。", 0, paragraph[1]) < 0 and folded.find("；", 0, paragraph[1]) < 0
    return unfinished and not opening and not _MARKER.match(last) and not _SECTION.fullmatch(last)
