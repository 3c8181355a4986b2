"""Reading the numbers of one sentence from left to right: what one clause says the next may leave out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from compare.quantities import Quantity
from compare.structure import Document, Sentence
from compare.structure.folding import fold_widths
from compare.targets.clauses import Clause, read_clauses
from compare.targets.confidence import rate_confidence
from compare.targets.drafts import Draft
from compare.targets.fields import find_firmness, find_measure, find_period, find_tier, is_per_year, sign_values
from compare.targets.judgement import judge, judge_date
from compare.targets.rows import Unclaimed
from compare.targets.settings import Setting, due_years
from compare.vocabulary.indicators import load_indicators, match_indicator

_UNKNOWN_UNIT = re.compile(r"[\u4e00-\u9fff]")
_CONJUNCTS = re.compile(r"、|和|以及|及|与")
_TIER_WORDS = re.compile(
    r"^(?:其中)?[，：]?(?:各|各类|各级)?(?:(?:国家|省|市|县|区|自治区|"
    r"国)(?![场内外委民域直辖政城乡镇控考])(?:级)?(?:、|和|及|"
    r"或)?)*级?(?:及)?(?:以上)?(?:的)?(?=[\u4e00-\u9fff“\"（])"
)
_ASPECT = re.compile(r"(?:播种)?(?:总产量|产量|面积|总量|数量|总数|总额|登记|保有量)$")
_LISTED_SUBJECT = re.compile(r"(?:^|[；。，])([^；。，：]{2,30})：[^；。：]*$")
_NAMED_BEFORE = re.compile(r"(?:^|[；。])([\u4e00-\u9fff]{3,14})，$")
_HELD = re.compile(r"^(?:全[市县省区]|我[市县省区])?(?:现有|已有|拥有|共有)")
_EACH_OF = re.compile(r"、|和|以及|及|与|(?<=[”\"])(?=[“\"])")
_GENERIC = re.compile(
    r"(?:累计|合同)?(?:总数|总量|总额|数量|规模|成交额|交易额|登记额|合同额|金额|产值|营收|营业收入|"
    r"增加值|保有量|覆盖率|占比|比重|面积|余额|总产量|产量|总产值|资金|经费)"
)
_TIER_START = re.compile(
    r"^(?:国家|省|市|县|区|自治区)(?![场内外委民域直辖政城乡镇控考])(?:级|、|和|及|以上|(?=[\u4e00-\u9fff“（]))"
)


class SentenceReader:
    """Reads the numbers of one sentence from left to right; what one clause says the next may leave out."""

    def __init__(
        self,
        document: Document,
        sentence: Sentence,
        setting: Setting,
        plan_year: int | None,
        drafts: list[Draft],
        locate: Callable[[int, int], tuple[int, int]] | None = None,
    ) -> None:
        self.document, self.sentence, self.setting = document, sentence, setting
        self.plain, self.plan_year, self.drafts = sentence.plain, plan_year, drafts
        self.locate = locate or self._locate
        self.heard = ""
        self.first = len(drafts)
        self.unclaimed: list[Unclaimed] = []
        self.clauses: list[Clause] = []

    @property
    def last(self) -> Draft | None:
        """The last target of this sentence so far."""
        return self.drafts[-1] if len(self.drafts) > self.first else None

    def read(self, quantities: list[Quantity]) -> None:
        """Sort every quantity into targets and the unclaimed."""
        marker = len(self.sentence.item) if self.plain.startswith(self.sentence.item) else 0
        for quantity in quantities:
            if quantity.kind == "date" and quantity.end > marker:
                self._leave(quantity, judge_date(quantity, self.plain[: quantity.core]), quantity.unit)
        others = [q for q in quantities if q.kind != "date"]
        if not others:
            return
        clauses = self.clauses = read_clauses(self.plain, others, marker)
        for index, clause in enumerate(clauses):
            quantity = clause.quantity
            if quantity.end <= marker:
                continue
            if not quantity.kind:
                self._note_unknown_unit(clause)
                continue
            reason = judge(self.plain, clause, self.setting, inherited=self.last is not None, plan_year=self.plan_year)
            if reason:
                self._leave(quantity, reason, quantity.unit)
            else:
                self._take(clause, clauses[:index])

    def _note_unknown_unit(self, clause: Clause) -> None:
        """List a bare number that a verb commits to, with the character after it as its unit."""
        quantity = clause.quantity
        following = self.plain[quantity.end : quantity.end + 1]
        plausible = quantity.numeral == "arabic" and quantity.value_min is not None and quantity.value_min < 1900
        if plausible and clause.own_verb and clause.after_noun and _UNKNOWN_UNIT.match(following):
            self._leave(quantity, "unknown_unit", following)

    def _leave(self, quantity: Quantity, reason: str, unit: str) -> None:
        start, end = self.locate(quantity.start, quantity.end)
        sentence = self.sentence
        self.unclaimed.append(
            Unclaimed(
                " / ".join(sentence.path), sentence.text, sentence.start, sentence.end, self.document.text[start:end],
                start, end, unit, reason,
            )
        )  # fmt: skip

    def _locate(self, start: int, end: int) -> tuple[int, int]:
        return self.document.plain.locate(self.sentence.plain_start + start, self.sentence.plain_start + end)

    def _take(self, clause: Clause, before: list[Clause]) -> None:
        """Make a draft of a clause, or one for each thing of `A、B均增长10%`."""
        respective = "分别" in self.plain[clause.start : clause.quantity.start]
        siblings = [c for c in before if c.start == clause.start and _is_item(c)]
        if respective and siblings and not clause.level and not clause.change:
            first = siblings[0]
            shared = first.change if clause.quantity.is_percent else ""
            clause = replace(clause, level=first.level, change=shared, sign=first.sign if shared else 1)
        phrase, parent, source = self._phrase(clause)
        parts = _CONJUNCTS.split(phrase)
        tail = clause.left[len(clause.left) - 12 :]
        if len(parts) == 2 and re.search(r"(?:均|都)(?:[^，、]{0,6})$", tail) and not clause.after_noun:
            ending = clause.change if clause.change in ("增速", "增幅") else ""
            for part in parts:
                self._draft(clause, part + ending, parent, source)
            return
        things = [t for t in _EACH_OF.split(clause.phrase.removesuffix("各")) if len(t) > 1]
        if clause.left.endswith("各") and len(things) == 2:
            for thing in things:
                self._draft(clause, thing, parent, source)
            return
        if respective:
            phrase = self._respective(clause, before, phrase)
        self._draft(clause, phrase, parent, source)

    def _phrase(self, clause: Clause) -> tuple[str, Draft | None, Draft | None]:
        """The thing counted, the total it is part of, and the target whose wording it goes on with."""
        last = self.last
        parent = None
        if clause.whereof or (clause.bracketed and last is not None and _is_breakdown(self.plain, clause)):
            parent = self._total(clause)
        elif last is not None and last.parent is not None and self._same_breakdown(clause, last):
            parent = last.parent
        if clause.inherits and not clause.phrase.strip("其中，：") and last is not None:
            return last.phrase, parent, last
        if clause.inherits and last is None:
            listed = _LISTED_SUBJECT.search(self.plain, 0, clause.quantity.start)
            if listed:
                return listed[1], parent, None
            heard = self._heard(clause)
            if heard:
                return heard, parent, None
        if clause.inherits and parent is not None:
            return parent.phrase, parent, parent
        if clause.inherits and last is not None:
            return last.phrase, parent, last
        return clause.phrase, parent, None

    def _heard(self, clause: Clause) -> str:
        """The thing that an earlier number of the paragraph was about, where this clause names none."""
        earlier = [c.phrase for c in self.clauses if c.quantity.start < clause.quantity.start and len(c.phrase) > 2]
        named = _NAMED_BEFORE.search(self.plain, 0, clause.start)
        phrase = earlier[-1] if earlier else named[1] if named else self.heard
        return _HELD.sub("", phrase)

    def _total(self, clause: Clause) -> Draft | None:
        """The nearest target before 其中 that is not itself a part."""
        earlier = [d for d in self.drafts[self.first :] if d.parent is None]
        if earlier:
            return earlier[-1]
        previous = self.drafts[-1] if self.drafts else None
        if previous is not None and previous.sentence >= self.sentence.n - 1:
            return previous.parent or previous
        return None

    def _same_breakdown(self, clause: Clause, last: Draft) -> bool:
        """Whether an item goes on with the breakdown that the one before it belongs to."""
        if last.clause.bracketed:
            return clause.bracketed and clause.quantity.start - last.clause.quantity.end < 60
        joined = self.plain[last.clause.quantity.end : clause.quantity.start]
        return clause.start == last.clause.start and "，" not in joined and "；" not in joined

    def _respective(self, clause: Clause, before: list[Clause], phrase: str) -> str:
        """`A、B分别达到1个、2个`: the thing at the number's own place in the list."""
        siblings = [c for c in before if c.start == clause.start and _is_item(c)]
        source = siblings[0].phrase if siblings else phrase
        order = len(siblings)
        if clause.inherits and clause.phrase in ("", "分别"):
            earlier = [d for d in self.drafts[self.first :] if d.clause.start != clause.start]
            count = sum(_is_item(c) and c.start == clause.start for c in self.clauses)
            if len(earlier) >= count > 1:
                return earlier[order - count].phrase
        things = _CONJUNCTS.split(source)
        if len(things) < 2 or order >= len(things) or min(map(len, things)) < 3:
            return phrase or source
        return things[order]

    def _draft(self, clause: Clause, phrase: str, parent: Draft | None, source: Draft | None) -> None:
        quantity = self._share_bound(clause)
        tier_text = phrase if source is None else clause.left
        tier = find_tier(re.sub(r"(?:^|[，、])(?:全|我|本)[省市县区]", "", tier_text))
        if not tier and source is not None and not clause.whereof and clause.inherits:
            tier = source.tier
        if not tier and clause.whereof and parent is not None:
            tier = parent.tier
        unit = "benchmark" if quantity.kind == "benchmark" else quantity.standard
        named = _TIER_WORDS.sub("", phrase) if _TIER_START.match(phrase) else phrase
        named = named.strip("的，、：") or phrase
        verb = clause.verb if clause.own_verb or clause.after_noun else ""
        named, indicator = self._indicator(clause, verb, named, unit)
        if indicator == "other" and parent is not None and quantity.standard == parent.unit_std:
            indicator = parent.indicator
        if indicator == "other" and source is not None and _fits(source.indicator, unit):
            indicator = source.indicator
        measured = replace_quantity(clause, quantity)
        sign = clause.sign
        if quantity.is_percent and not clause.change and source is not None and source.measure == "growth":
            sign = -1 if (source.value_min or source.value_max or 0) < 0 else 1
        measure = find_measure(measured, phrase, source.measure if source else parent.measure if parent else "")
        if measure == "growth" and re.search(r"(?:降幅|下降率)$", phrase):
            sign = -1
        if self.last is not None and self._is_respective_to(self.last, clause, quantity):
            measure = self.last.measure
        values = sign_values(quantity, measure, sign)
        due = self._due(clause)
        number_at = self.locate(quantity.start, quantity.end)
        quote_from = self._quote_from(clause, source, self.last)
        quote_to = max(quantity.end, clause.phrase_end)
        draft = Draft(
            sentence=self.sentence.n, clause=clause, phrase=named, indicator=indicator, tier=tier,
            value_min=values.low, value_max=values.high, factor=quantity.factor,
            unit=self._unit_as_written(quantity, number_at),
            unit_std=quantity.standard or quantity.unit, bound=values.bound, measure=measure,
            period=find_period(clause, self.plain, due, self.plan_year), masked=quantity.masked,
            headline=self.setting.headline, due_year=due, firmness=find_firmness(clause, self.plain), confidence=1.0,
            number=self.document.text[slice(*number_at)], number_at=number_at,
            quote_at=self.locate(quote_from, quote_to), quote_from=quote_from, parent=parent,
        )  # fmt: skip
        draft.confidence = rate_confidence(self.plain, clause, draft, inherited=source is not None)
        self.drafts.append(draft)

    def _indicator(self, clause: Clause, verb: str, named: str, unit: str) -> tuple[str, str]:
        """The indicator of a phrase, and the phrase with what the clauses before it add."""
        indicator = match_indicator(verb + named, unit)
        if named.startswith("占"):
            named = self._subject(clause) + named
            indicator = match_indicator(named, unit)
        if indicator == "other" and _GENERIC.fullmatch(named):
            before = self.last.phrase if self.last is not None else self._clause_before(clause)
            joined = match_indicator(_join(before, named), unit)
            if self.last is not None or joined != "other":
                named, indicator = _join(before, named), joined
        if indicator == "other" and unit == "event" and clause.quantity.unit.endswith(("场", "场次")):
            indicator = "events"
        return named, indicator

    def _subject(self, clause: Clause) -> str:
        """What the clause before speaks of, without its verbs: the subject of `，占…比重达到`."""
        before = self._clause_before(clause)
        subject = re.match(
            r"(?:确保|力争|实现|推动)?(?P<thing>[^，]{2,14}?)(?:只增不减|达到|稳步|持续|不断|逐年|增长|"
            r"突破|\d|$)",
            before,
        )
        return subject["thing"] if subject else ""

    def _is_respective_to(self, last: Draft, clause: Clause, quantity: Quantity) -> bool:
        """Whether a number and the one before it share their verb through 分别, and are counted alike."""
        shared = last.clause.start == clause.start and "分别" in self.plain[clause.start : last.clause.quantity.start]
        return shared and last.unit_std == quantity.standard

    def _unit_as_written(self, quantity: Quantity, number_at: tuple[int, int]) -> str:
        """The unit in the characters of the text, without the blanks and line breaks inside it."""
        written = re.sub(r"\s", "", self.document.text[slice(*number_at)])
        at = fold_widths(written).rfind(quantity.unit) if quantity.unit else -1
        return written[at : at + len(quantity.unit)] if at >= 0 else quantity.unit

    def _clause_before(self, clause: Clause) -> str:
        return re.split(r"[，；。：]", self.plain[: max(0, clause.start - 1)])[-1]

    def _share_bound(self, clause: Clause) -> Quantity:
        """`分别超过30万人次、8亿元`: the bound word before the first number holds for those that follow."""
        quantity, last = clause.quantity, self.last
        if quantity.bound == "exact" and re.search(r"至少|最少", clause.left):
            return replace(quantity, bound="at_least", value_max=None)
        if (
            last is not None and quantity.bound == "exact" and not quantity.bound_word
            and last.clause.start == clause.start and "分别" in self.plain[clause.start : last.clause.quantity.start]
            and last.clause.quantity.start < last.clause.quantity.core
        ):  # fmt: skip
            low, high = quantity.value_min, quantity.value_max
            if last.clause.quantity.bound == "at_least":
                return replace(quantity, bound="at_least", value_min=low, value_max=None)
            if last.clause.quantity.bound == "at_most":
                return replace(quantity, bound="at_most", value_min=None, value_max=high)
        return quantity

    def _due(self, clause: Clause) -> int | None:
        """The year named before the number in its sentence, else the one its list or section gives."""
        if is_per_year(clause, self.plain):
            return None
        dues = due_years(self.plain, self.plan_year)
        items = [c for c in self.clauses if c.start == clause.start and _is_item(c)]
        if "分别" in self.plain[clause.start : clause.quantity.start] and len(dues) == len(items) > 1:
            return dues[[c.quantity.start for c in items].index(clause.quantity.start)][1]
        earlier = [year for place, year, _ in due_years(self.plain, self.plan_year) if place <= clause.quantity.start]
        if earlier:
            return earlier[-1]
        return self.setting.year

    def _quote_from(self, clause: Clause, source: Draft | None, last: Draft | None) -> int:
        """Where the quote begins: at the verb of the enumeration, or at the clause that names the thing."""
        if clause.whereof:
            at = self.plain.rfind("其中", 0, clause.quantity.start)
            return at if at >= 0 else clause.start
        if source is not None and source.sentence == self.sentence.n:
            return source.quote_from
        if last is not None and last.clause.start == clause.start and not clause.own_verb:
            return last.quote_from
        return clause.segment if clause.own_verb or clause.segment > clause.start else clause.start


def replace_quantity(clause: Clause, quantity: Quantity) -> Clause:
    """The clause with another reading of its quantity."""
    return clause if quantity is clause.quantity else replace(clause, quantity=quantity)


def _is_item(clause: Clause) -> bool:
    return clause.quantity.kind in ("counter", "measure", "rate")


def _is_breakdown(plain: str, clause: Clause) -> bool:
    """Whether a bracket splits the number before it: （含省级5家）, （其中：…）."""
    inside = plain[clause.start : clause.quantity.start]
    return bool(re.match(r"(?:其中|含|包括|包含)", inside)) or plain[: clause.start].endswith(
        ("其中：", "其中，", "含")
    )


def _join(thing: str, aspect: str) -> str:
    """The thing named before with another of its aspects: 技术合同 and 成交额."""
    return thing if aspect in thing else _ASPECT.sub("", thing) + aspect


def _fits(indicator: str, unit: str) -> bool:
    found = load_indicators().get(indicator)
    return found is not None and unit in found.units
