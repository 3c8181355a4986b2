"""The clause around a number: its verb, the thing counted, and the words of level or change beside the number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from compare.quantities import Quantity
from compare.targets.signs import SIZE_CLASS
from compare.targets.verbs import ending_verb, find_verb, strip_marker, strip_tail, take_tail_verb
from compare.vocabulary.phrasing import load_phrasing

_P = load_phrasing()
_KINDS_OF_THINGS = re.compile(
    r"(?:及|或)?(?:以上)?(?:规模|重点|重大|工业|大型|龙头|骨干|产业)*(?:企业|项目|单位|集群|产业链|园区|"
    r"基地|农户|大户|强镇|合作社|产品|品牌)"
)
_FOR_WHOM = re.compile(r"(?:为|对|给|将)(?:全[省市县区])?")
_STARTS_FROM = re.compile(r"^(.{2,24}?)(?:，)?(?:由|从)")
_DESCRIBES = re.compile(r"(?:及?以上|以下|以内)?的[\u4e00-\u9fff]{2}")
_PREDICATE = re.compile(r"深入|开展|参加|进驻|赴|建设|新增|实施|组织|推广|建立|引进|创建|完成|培育|打造|举办")
_NAMES_THING = re.compile(r"(?!以上|左右|以内|的|并|且|等)[\u4e00-\u9fffA-Z“][\u4e00-\u9fffA-Z”]")
_ITEMS = frozenset(("counter", "measure", "rate"))
_EACH_HOLDS = re.compile(r"[每各](?:个|名|家|所|支)?[\u4e00-\u9fff（、）]{1,8}?(?:至少|都|均|要|平均)*")
_WHEREOF = ("其中", "其中：", "其中，")
_THAT_IS = re.compile(r"即(?:国家|省|市|县|区)级")
_TIER_ONLY = re.compile(r"(?:其中|即)?[，：]?(?:国家|省|市|县|区|自治区)?级?(?:及)?(?:以上)?")
_LONGEST_TIER = len("其中：自治区级及以上")
_SEPARATOR = re.compile(r"[，；。：]")
_CONJUNCTION = re.compile(r"[、和及与并或]|以及")
_END_OF_NOUN = re.compile(r"[，。；：）\t]")
_STARTS_CONJUNCT = ("、", "和", "及", "与", "以及")
_SCOPE = re.compile(r"^(?:我|全|本)(?:省|市|县|区|州|旗|自治区)(?=[^级])")
_QUOTES = re.compile(r"“[^”\"]{0,60}[”\"]|\"[^\"]{0,60}\"|《[^》]{0,80}》|‘[^’]{0,30}’")
_BRACKETS = re.compile(r"（[^（）]*）")


@dataclass(slots=True)
class Clause:
    """One number in its clause. Places are in the sentence's plain text.

    `verb` governs the number (empty when there is none), `phrase` names the thing counted, `level` and `change` are
    the words right before the number, `sign` is -1 for a fall. `right` is the text from the number to the end of its
    clause, `after_noun` tells that the thing follows its number, `inherits` that the phrase must come from elsewhere.
    """

    quantity: Quantity
    start: int
    end: int
    segment: int
    verb: str
    phrase: str
    phrase_start: int
    phrase_end: int
    level: str
    change: str
    sign: int
    left: str
    right: str
    after_noun: bool
    inherits: bool
    whereof: bool
    bracketed: bool
    lead: str
    own_verb: bool


def shade(plain: str) -> str:
    """The text with the separators inside quotation marks, titles and brackets blotted out, place for place."""
    shaded = plain
    if "“" in plain or "《" in plain or '"' in plain or "‘" in plain:
        shaded = _QUOTES.sub(lambda m: m.group()[0] + "□" * (len(m.group()) - 2) + m.group()[-1], plain)
    if "（" in shaded:
        shaded = _BRACKETS.sub(lambda m: "（" + "□" * (len(m.group()) - 2) + "）", shaded)
    return shaded


class Clauses:
    """The clauses of the numbers of one sentence, in order, each read when it is first asked for.

    Of many numbers the kind alone tells that they promise nothing, and then nobody asks for their clause.

    Parameters
    ----------
    plain : str
        The sentence.
    quantities : list of Quantity
        Its numbers, in order.
    begin : int
        Where the text after an item marker starts.
    """

    __slots__ = ("_begin", "_brackets", "_known", "_plain", "_shaded", "quantities")

    def __init__(self, plain: str, quantities: list[Quantity], begin: int = 0) -> None:
        self._plain, self.quantities, self._begin = plain, quantities, begin
        self._known: list[Clause | None] = [None] * len(quantities)
        self._shaded = ""
        self._brackets: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.quantities)

    def __getitem__(self, index: int) -> Clause:
        clause = self._known[index]
        if clause is not None:
            return clause
        if not self._shaded:
            self._shaded = shade(self._plain)
            if "（" in self._plain:
                self._brackets = [m.span() for m in _BRACKETS.finditer(self._plain)]
        # A clause may go on with the one before it, that again with one before: a loop, as their number has no limit.
        waiting = [_Unread(index, *self._find_ends(self.quantities[index]))]
        previous = self._find_previous(waiting[-1])
        while previous is not None and self._known[previous] is None:
            waiting.append(_Unread(previous, *self._find_ends(self.quantities[previous])))
            previous = self._find_previous(waiting[-1])
        clause = None if previous is None else self._known[previous]
        for unread in reversed(waiting):
            clause = self._known[unread.number] = _read_clause(self._plain, self.quantities, unread, clause)
        assert clause is not None
        return clause

    def _find_bracket(self, quantity: Quantity) -> tuple[int, int] | None:
        """The inside of the bracket that a number stands in."""
        return next(((a + 1, b - 1) for a, b in self._brackets if a < quantity.core < b), None)

    def _is_quoted(self, quantity: Quantity) -> bool:
        """Whether a number stands inside quotation marks, where it parts no clause."""
        return self._shaded[quantity.core] == "□" and not (self._brackets and self._find_bracket(quantity))

    def _find_ends(self, quantity: Quantity) -> tuple[int, int, str, bool]:
        """Where the clause of a number starts and ends, and in which view of the text separators count."""
        core = quantity.core
        region = self._find_bracket(quantity) if self._brackets else None
        view, low, high = (self._plain, *region) if region else (self._shaded, self._begin, len(self._plain))
        start = 1 + max(
            view.rfind("，", low, core), view.rfind("；", low, core), view.rfind("。", low, core),
            view.rfind("：", low, core),
        )  # fmt: skip
        stop = _SEPARATOR.search(view, quantity.end, high)
        return start or low, stop.start() if stop else high, view, region is not None

    def _find_previous(self, unread: _Unread) -> int | None:
        """The number before in the same clause that is an item of its enumeration."""
        quantities = self.quantities
        for index in range(unread.number - 1, -1, -1):
            quantity = quantities[index]
            if quantity.start < unread.start:
                return None
            if not unread.bracketed and self._is_quoted(quantity):
                continue
            if _counts(quantity) and (unread.bracketed or not self._brackets or not self._find_bracket(quantity)):
                return index
        return None


class _Unread(NamedTuple):
    """A clause of which only the ends are known; `view` is the text as its separators count."""

    number: int
    start: int
    end: int
    view: str
    bracketed: bool


def _counts(quantity: Quantity) -> bool:
    """Whether a quantity can be an item of an enumeration."""
    return (quantity.kind in _ITEMS or quantity.kind == "benchmark") and (
        quantity.numeral != "round" or quantity.bound_word != ""
    )


def _read_clause(plain: str, quantities: list[Quantity], unread: _Unread, previous: Clause | None) -> Clause:
    index, start, end, view, bracketed = unread
    quantity = quantities[index]
    segment = start
    if previous:
        segment = previous.quantity.end
        between = plain[segment : quantity.start]
        if _attaches(previous.quantity, quantity, between):
            segment = previous.segment
        elif previous.after_noun:
            joins = list(_CONJUNCTION.finditer(between))
            segment += joins[-1].end() if joins else 0
    left = plain[segment : quantity.start].lstrip("、和及与并或以且：，” \t")
    left = strip_marker(left)
    segment = max(segment, quantity.start - len(left))
    whereof = (
        left.startswith("其中")
        or (left[:1] == "即" and _THAT_IS.match(left) is not None)
        or plain.endswith(_WHEREOF, max(0, start - 4), start)
    )
    body, level, change = strip_tail(left)
    tail = ""
    if not (level or change):
        body, tail = take_tail_verb(body)
    verb, phrase_at, lead = find_verb(body, previous is not None and previous.after_noun)
    verb = verb or tail
    phrase = body[phrase_at:]
    right = plain[quantity.end : end]
    after_noun = False
    phrase_start = segment + phrase_at
    phrase_end = segment + len(body)
    if phrase.endswith(_STARTS_CONJUNCT) or _FOR_WHOM.fullmatch(phrase):
        phrase, phrase_start = "", quantity.start
    if phrase and not (level or change) and quantity.kind == "counter" and _is_named_after(right):
        ending = tail or ending_verb(body)
        if ending:
            verb, phrase, phrase_start = ending, "", quantity.start
    if level in ("", "有") and phrase[:1] in ("每", "各") and _EACH_HOLDS.fullmatch(phrase) and _is_named_after(right):
        phrase, level, phrase_start = "", "", quantity.start
    tier_only = len(phrase) <= _LONGEST_TIER and _TIER_ONLY.fullmatch(phrase) is not None
    if tier_only and not level and not change and quantity.kind != "benchmark":
        following = next((q for q in islice(quantities, index + 1, None) if q.kind in _ITEMS), None)
        noun_length = _noun_length(view[quantity.end : end], quantity, following, end)
        if noun_length >= 2 and not right.startswith(("）", "、", "（")):
            after_noun = True
            phrase, phrase_start = phrase + right[:noun_length], quantity.end
            phrase_end = quantity.end + noun_length
    origin = _STARTS_FROM.match(previous.left) if previous and tier_only and not after_noun else None
    if origin:
        phrase, tier_only = origin[1], False
    if not change and quantity.kind == "rate" and verb in _P.words["fall"]:
        change = verb
    own_verb = bool(verb)
    if not verb and previous:
        verb = previous.verb
        lead = lead or previous.lead
    return Clause(
        quantity, start, end, segment, verb, _SCOPE.sub("", phrase) if phrase[:1] in "我全本" else phrase, phrase_start,
        phrase_end, level, change, -1 if change in _P.words["fall"] else 1, left, right, after_noun,
        tier_only and not after_noun, whereof, bracketed, lead, own_verb,
    )  # fmt: skip


def _is_named_after(right: str) -> bool:
    """Whether the text after a number begins with the name of a thing."""
    return _NAMES_THING.match(right) is not None


def _attaches(previous: Quantity, quantity: Quantity, between: str) -> bool:
    """Whether the number before only says which things are meant: 产值10亿元以上的企业5家."""
    if previous.kind not in ("measure", "rate"):
        return False
    sizes = previous.kind == "measure" and quantity.kind == "counter"
    if sizes and (not between or SIZE_CLASS.fullmatch(between)):
        return True
    return between.startswith("的") or (
        previous.kind == "measure" and quantity.kind == "counter" and bool(_KINDS_OF_THINGS.match(between))
    )


def _noun_length(right: str, quantity: Quantity, following: Quantity | None, end: int) -> int:
    """How much of the text after a number names the thing counted."""
    limit = len(right)
    if following and following.start < end and not _DESCRIBES.match(right, following.end - quantity.end):
        gap = following.start - quantity.end
        joins = list(_CONJUNCTION.finditer(right, 0, gap))
        limit = joins[-1].start() if joins else gap
        verb = _PREDICATE.search(right, 2, limit)
        limit = verb.start() if verb else limit
    stop = _END_OF_NOUN.search(right, 0, limit)
    if stop:
        limit = stop.start()
    return min(limit, 60)
