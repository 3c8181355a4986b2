"""A plan's text as HTML whose text content is the plan's text, character by character."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from compare.errors import BuildError

# HTML cannot hold NUL, unpaired surrogates cannot be encoded, and a browser turns a lone CR into LF.
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the plan, target or not, and where its clause and itself stand."""

    card: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    is_target: bool
    masked: bool
    theme: str
    indicator: str
    description: str


@dataclass(frozen=True, slots=True)
class ThemedSentence:
    """A sentence, its theme, and the line that explains the theme."""

    n: int
    start: int
    end: int
    theme: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """Numbers that share characters, shown as one mark over all of them."""

    start: int
    end: int
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text inside which nothing begins or ends."""

    start: int
    end: int
    sentence: ThemedSentence | None
    mark: _Mark | None
    cards: tuple[str, ...]


def mark_up(
    text: str,
    sentences: Sequence[ThemedSentence],
    numbers: Sequence[Number],
    headings: Sequence[str] = (),
    title: str = "",
) -> Markup:
    """The text with its sentences, clauses and numbers as elements; all of it escaped.

    Parameters
    ----------
    text : str
        The plan's text, what all offsets point into.
    sentences : sequence of ThemedSentence
        In text order, not overlapping.
    numbers : sequence of Number
        Each becomes, or shares, exactly one mark. Numbers that overlap share one.
    headings : sequence of str
        Paths of headings, such as ``"一、总体思路 / 1.目标"``: a paragraph that is a part of one becomes a heading.
    title : str
        A paragraph equal to it is set as the title.

    Returns
    -------
    markupsafe.Markup
        Rows of a margin with themes and a paragraph. The text between the tags, unescaped, equals `text`
        (characters that HTML cannot hold are U+FFFD).

    Raises
    ------
    BuildError
        An offset lies outside the text.
    """
    spans: list[ThemedSentence | Number] = [*sentences, *numbers]
    for span in spans:
        if not 0 <= span.start <= span.end <= len(text):
            raise BuildError(
                f"offsets {span.start}–{span.end} lie outside the text of {len(text)} characters.",
                hint="Run `plancompare build` to make text and tables anew.",
            )
    sentences = sorted(sentences, key=lambda s: s.start)
    levels = _read_levels(headings)
    marks = _merge_numbers(numbers)
    pieces = _cut_pieces(text, sentences, numbers, marks)
    starts = [p.start for p in pieces]
    parts: list[Markup] = []
    for start, end in _split_rows(text, [*sentences, *marks]):
        if text[start:end].strip():
            row = pieces[bisect_left(starts, start) : bisect_left(starts, end)]
            parts.append(_render_row(text, row, levels, title))
        else:
            parts.append(_render_gap(text[start:end]))
    return Markup("").join(parts)


def fit(text: str) -> Markup:
    """Text escaped for HTML, with what HTML cannot hold as U+FFFD."""
    return Markup(str(escape(_UNFIT.sub("\ufffd", text))).replace("\r", "&#13;"))


def _merge_numbers(numbers: Sequence[Number]) -> list[_Mark]:
    """Marks in text order; numbers that share a character share a mark."""
    marks: list[_Mark] = []
    for number in sorted(numbers, key=lambda n: (n.start, n.end)):
        if marks and number.start < marks[-1].end:
            last = marks.pop()
            marks.append(_Mark(last.start, max(last.end, number.end), (*last.numbers, number)))
        else:
            marks.append(_Mark(number.start, number.end, (number,)))
    return marks


def _cut_pieces(
    text: str, sentences: Sequence[ThemedSentence], numbers: Sequence[Number], marks: Sequence[_Mark]
) -> list[_Piece]:
    """The whole text in pieces; a mark belongs to the sentence it begins in."""
    cuts = {0, len(text)} | {m.start() for m in re.finditer(r"\n", text)} | {m.end() for m in re.finditer(r"\n", text)}
    cuts.update(edge for s in sentences for edge in (s.start, s.end))
    cuts.update(edge for m in marks for edge in (m.start, m.end))
    cuts.update(min(max(edge, 0), len(text)) for n in numbers for edge in (n.quote_start, n.quote_end))
    edges = sorted(cuts)
    cards: list[list[str]] = [[] for _ in edges]
    for number in numbers:
        if number.is_target:
            for at in range(bisect_left(edges, number.quote_start), bisect_left(edges, number.quote_end)):
                cards[at].append(number.card)
    sentence_starts = [s.start for s in sentences]
    mark_starts = [m.start for m in marks]
    pieces = []
    for place, (start, end) in enumerate(pairwise(edges)):
        at = bisect_right(mark_starts, start) - 1
        mark = marks[at] if at >= 0 and start < marks[at].end else None
        begin = mark.start if mark else start
        at = bisect_right(sentence_starts, begin) - 1
        sentence = sentences[at] if at >= 0 and begin < sentences[at].end else None
        pieces.append(_Piece(start, end, sentence, mark, tuple(cards[place])))
    return pieces


def _split_rows(text: str, spans: Sequence[ThemedSentence | _Mark]) -> Iterator[tuple[int, int]]:
    """Rows and the gaps between them: cut at line breaks, except inside a sentence or a number."""
    bound = sorted((s.start, s.end) for s in spans)
    starts = [start for start, _ in bound]
    reach: list[int] = []
    for _, end in bound:
        reach.append(max(end, reach[-1] if reach else 0))
    begin = 0
    for gap in re.finditer(r"\n+", text):
        inside = bisect_right(starts, gap.start()) - 1
        if inside >= 0 and reach[inside] > gap.start():
            continue
        if gap.start() > begin:
            yield begin, gap.start()
        yield gap.span()
        begin = gap.end()
    if begin < len(text):
        yield begin, len(text)


def _read_levels(headings: Sequence[str]) -> dict[str, int]:
    """How deep each heading stands, by its bare text."""
    levels: dict[str, int] = {}
    for path in headings:
        for depth, part in enumerate(path.split(" / ")):
            levels.setdefault(_bare(part), depth)
    levels.pop("", None)
    return levels


def _bare(text: str) -> str:
    """Text without blanks, widths and closing points: what headings are compared by."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).rstrip("。.:;")


def _render_gap(text: str) -> Markup:
    """Text between rows: line breaks as they are, other blanks out of sight."""
    return fit(text) if not text.strip("\n") else Markup('<span class="gap">{}</span>').format(fit(text))


def _render_row(text: str, pieces: Sequence[_Piece], levels: dict[str, int], title: str) -> Markup:
    whole = text[pieces[0].start : pieces[-1].end]
    bare = _bare(whole)
    seen = {p.sentence.n: p.sentence for p in pieces if p.sentence}
    tag, style = "p", "text"
    if title and bare == _bare(title):
        style = "text title"
    elif bare in levels:
        tag, style = f"h{min(levels[bare] + 3, 6)}", "text heading"
    chips = _render_chips(list(seen.values()))
    body = Markup("").join(
        _render_sentence(text, sentence, list(group), levels)
        for sentence, group in groupby(pieces, key=lambda p: p.sentence)
    )
    return Markup('<div class="row"><div class="margin">{}</div><{} class="{}">{}</{}></div>').format(
        chips, Markup(tag), style, body, Markup(tag)
    )


def _render_chips(sentences: Sequence[ThemedSentence]) -> Markup:
    """The margin: one button a sentence, its name in an attribute so that it is no part of the text."""
    chips = Markup("")
    last = ""
    for s in sentences:
        style = f"chip theme-{s.theme}" + (" again" if s.theme == last else "")
        chips += Markup(
            '<button type="button" class="{}" data-sentence="{}" data-theme="{}" data-label="{}" aria-label="{}" '
            'title="{}"></button>'
        ).format(style, s.n, s.theme, s.label, s.explanation, s.explanation)
        last = s.theme
    return chips


def _render_sentence(
    text: str, sentence: ThemedSentence | None, pieces: Sequence[_Piece], levels: dict[str, int]
) -> Markup:
    body = Markup("").join(
        _render_mark(text, mark, list(group)) for mark, group in groupby(pieces, key=lambda p: p.mark)
    )
    if sentence is None:
        return body
    style = "sentence lead" if _bare(text[sentence.start : sentence.end]) in levels else "sentence"
    return Markup('<span class="{}" data-sentence="{}" data-theme="{}">{}</span>').format(
        style, sentence.n, sentence.theme, body
    )


def _render_mark(text: str, mark: _Mark | None, pieces: Sequence[_Piece]) -> Markup:
    body = Markup("").join(_render_piece(text, piece) for piece in pieces)
    if mark is None:
        return body
    first = next((n for n in mark.numbers if n.is_target), mark.numbers[0])
    for other in mark.numbers:
        if other is not first:
            body = Markup('<span id="at-{}"></span>').format(other.card) + body
    style = "number " + ("target" if first.is_target else "unclaimed") + (" masked" if first.masked else "")
    return Markup(
        '<{} class="{}" id="at-{}" tabindex="0" role="button" data-cards="{}" data-start="{}" data-end="{}" '
        'data-indicator="{}" data-theme="{}" aria-label="{}" title="{}">{}</{}>'
    ).format(
        Markup("mark" if first.is_target else "span"), style, first.card, " ".join(n.card for n in mark.numbers),
        mark.start, mark.end, " ".join(dict.fromkeys(n.indicator for n in mark.numbers if n.indicator)), first.theme,
        "；".join([_UNFIT.sub("\ufffd", text[mark.start : mark.end]), *(n.description for n in mark.numbers)]),
        "；".join(n.description for n in mark.numbers), body, Markup("mark" if first.is_target else "span"),
    )  # fmt: skip


def _render_piece(text: str, piece: _Piece) -> Markup:
    body = fit(text[piece.start : piece.end])
    if not piece.cards:
        return body
    return Markup('<span class="clause" data-cards="{}">{}</span>').format(" ".join(piece.cards), body)
