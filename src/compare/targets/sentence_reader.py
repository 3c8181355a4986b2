"""Reading the numbers of one sentence from left to right: what one clause says the next may leave out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from compare.quantities import Quantity
from compare.structure import Document, Sentence
from compare.structure.folding import fold_widths
from compare.targets.clauses import Clause, Clauses
from compare.targets.confidence import rate_confidence
from compare.targets.drafts import Draft, convert
from compare.targets.fields import find_firmness, find_measure, find_period, find_tier, is_per_year, sign_values
from compare.targets.judgement import counts_heads, is_index, judge, judge_alone, judge_date
from compare.targets.parts import SHARE, adds_up, find_total, goes_on, splits_bracket
from compare.targets.rows import Unclaimed
from compare.targets.settings import Setting, due_years
from compare.targets.sharing import is_respective_to, is_shared_out, share_bound
from compare.targets.signs import LIST_BEFORE, Signs, spot
from compare.targets.verbs import strip_verb
from compare.vocabulary.indicators import load_indicators, match_indicator

_UNKNOWN_UNIT = re.compile(r"[\u4e00-\u9fff]")
_CONJUNCTS = re.compile(r"、|和|以及|及|与")
_WITH_PROPERTY = re.compile(r"^(?:具有|拥有)[^，。的]{2,10}的")
_SUMMED_UP = re.compile(r"、[^，]*等(?:各级|各类|重点|主要)*([\u4e00-\u9fff“”]{4,})$")
_RESULTS = frozenset(("breakthroughs", "results_transferred", "results_registered"))
_OF_BOTH = re.compile(r"(?:(?<![年人平户亩日月])(?:均|都)|双双|(?<=\d年)均)(?:[^，、]{0,6})$")
_SCOPE = re.compile(r"(?:^|[，、])(?:全|我|本)[省市县区]")
_SUBJECT = re.compile(
    r"(?:确保|力争|实现|推动)?(?P<thing>[^，]{2,14}?)"
    r"(?:增速|增幅)?(?:只增不减|达到|稳步|持续|不断|逐年|增长|突破|超过?|约|达|高于|快于|不低于|保持|\d|$)"
)
_TIER_WORDS = re.compile(
    r"^(?:其中)?[，：]?(?:各|各类|各级)?(?:(?:国家|省部|省|市|县|区|自治区|"
    r"国)(?![场内外委民域直辖政城乡镇控考])(?:级)?(?:、|和|及|"
    r"或)?)*(?:[两三四]?级)?(?:及)?(?:以上)?(?:的)?(?=[\u4e00-\u9fff“\"（])"
)
_ASPECT = re.compile(r"(?:(?:经费)?投入|播种)?(?:总产量|产量|面积|总量|数量|总数|总额|登记|保有量)$")
_LISTED_SUBJECT = re.compile(r"(?:^|[；。，])([^；。，：]{2,30})：[^；。：]*$")
_NAMED_BEFORE = re.compile(r"(?:^|[；。])([\u4e00-\u9fff]{3,20})，$")
_HELD = re.compile(r"^(?:全[市县省区]|我[市县省区])?(?:现有|已有|拥有|共有)")
_EACH_OF = re.compile(r"、|和|以及|及|与|(?<=[”\"])(?=[“\"])")
_GENERIC = re.compile(
    r"获奖|(?:平均)?(?:亩产|单产)|受众|参与(?:群众|人数|人次)|(?:累计|合同|年末|年底|全年|贷款)?(?:(?:投入)?强度|(?:通过|兑付|兑现|不良|逾期|转化|立项|验收|合格|入库)率|总数|总量|总额|数量|规模|成交额|交易额|登记额|合同额|金额|产值|营收|营业收入|"
    r"增加值|保有量|覆盖率|占比|比重|面积|余额|总产量|产量|总产值|资金|经费)"
)
_TIER_START = re.compile(
    r"^(?:国家|省部|省|市|县|区|自治区)(?![场内外委民域直辖政城乡镇控考])(?:级|、|和|及|以上|(?=[\u4e00-\u9fff“（]))"
)

_TIERS_IN_TURN = re.compile(r"(?:国家|省|市|县|区)级?(?:(?:、|和|与|及)(?:国家|省|市|县|区)级?)+")
_NO_CLAUSES = Clauses("", [])


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
        self._located = locate
        self.previous: SentenceReader | None = None
        self.first = len(drafts)
        self.unclaimed: list[Unclaimed] = []
        self.clauses = _NO_CLAUSES
        self._section: str | None = None
        self._signs: Signs = frozenset()
        self._marker = 0

    @property
    def last(self) -> Draft | None:
        """The last target of this sentence so far."""
        return self.drafts[-1] if len(self.drafts) > self.first else None

    def read(self, quantities: list[Quantity]) -> None:
        """Sort every quantity into targets and the unclaimed."""
        plain = self.plain
        marker = self._marker = len(self.sentence.item) if plain.startswith(self.sentence.item) else 0
        others = []
        for quantity in quantities:
            if quantity.kind != "date":
                others.append(quantity)
            elif quantity.end > marker:
                self._leave(quantity, judge_date(quantity, plain[: quantity.core]), quantity.unit)
        if not others:
            return
        for quantity in others:
            if not quantity.kind and is_index(plain, quantity):
                quantity.kind, quantity.standard = "rate", "index"
            elif not quantity.kind and counts_heads(plain, quantity):
                quantity.kind, quantity.standard = "counter", "person"
        clauses = self.clauses = Clauses(plain, others, marker)
        if others[-1].end <= marker:
            return
        signs_there: Signs | None = None
        reason = ""
        for index, quantity in enumerate(others):
            if quantity.end <= marker:
                continue
            if not quantity.kind:
                self._note_unknown_unit(quantity, index)
                continue
            before, reason = reason, judge_alone(plain, quantity)
            if not reason:
                if signs_there is None:
                    signs_there = self._signs = spot(plain)
                clause = clauses[index]
                inherited = len(self.drafts) > self.first
                reason = judge(plain, clause, self.setting, signs_there, inherited=inherited, plan_year=self.plan_year)
                if not reason and before == "past_result" and _goes_on_telling(plain, clause):
                    reason = before
                if not reason:
                    self._take(clause, index)
                    continue
            self._leave(quantity, reason, quantity.unit)

    def find_last_phrase(self, before: int | None = None) -> str:
        """The thing that the last number names that names one; only numbers before a place count where one is given."""
        clauses = self.clauses
        for index in range(len(clauses) - 1, -1, -1):
            if clauses.quantities[index].end <= self._marker:
                break
            if before is None or clauses.quantities[index].start < before:
                phrase = clauses[index].phrase
                if len(phrase) > 1:
                    return phrase
        return ""

    def _note_unknown_unit(self, quantity: Quantity, index: int) -> None:
        """List a bare number that a verb commits to, with the character after it as its unit."""
        following = self.plain[quantity.end : quantity.end + 1]
        plausible = quantity.numeral == "arabic" and quantity.value_min is not None and quantity.value_min < 1900
        if plausible and _UNKNOWN_UNIT.match(following):
            clause = self.clauses[index]
            if clause.own_verb and clause.after_noun:
                self._leave(quantity, "unknown_unit", following)

    def _leave(self, quantity: Quantity, reason: str, unit: str) -> None:
        start, end = self.locate(quantity.start, quantity.end)
        sentence = self.sentence
        if self._section is None:
            self._section = " / ".join(sentence.path)
        number = Unclaimed(
            self._section, sentence.text, sentence.start, sentence.end, self.document.text[start:end], start, end,
            unit, reason,
        )  # fmt: skip
        self.unclaimed.append(number)

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the sentence's plain text lies in the text of the plan."""
        if self._located is not None:
            return self._located(start, end)
        sentence = self.sentence
        if sentence.end - sentence.start == len(self.plain):  # nothing was left out between its ends
            return sentence.start + start, sentence.start + end
        return self.document.plain.locate(sentence.plain_start + start, sentence.plain_start + end)

    def _take(self, clause: Clause, index: int) -> None:
        """Make a draft of a clause, or one for each thing of `A、B均增长10%`."""
        respective = is_shared_out(self.plain, clause)
        siblings = self._siblings(clause, index) if respective else []
        if siblings and not clause.level and not clause.change:
            first = siblings[0]
            shared = first.change if clause.quantity.is_percent else ""
            clause = replace(clause, level=first.level, change=shared, sign=first.sign if shared else 1)
        phrase, parent, source = self._phrase(clause)
        left = clause.left
        if not clause.after_noun and ("均" in left or "都" in left or "双双" in left) and _OF_BOTH.search(left[-12:]):
            parts = _CONJUNCTS.split(phrase)
            if len(parts) == 2:
                ending = clause.change if clause.change in ("增速", "增幅") else ""
                for part in parts:
                    self._draft(clause, part + ending, parent, source)
                return
        if left.endswith("各"):
            things = [t for t in _EACH_OF.split(clause.phrase.removesuffix("各")) if len(t) > 1]
            if len(things) == 2:
                for thing in things:
                    self._draft(clause, thing, parent, source)
                one, other = self.drafts[-2:]
                other.tier = other.tier or one.tier
                return
        if respective:
            phrase = self._respective(clause, siblings, phrase)
        self._draft(clause, phrase, parent, source)

    def _siblings(self, clause: Clause, index: int | None = None) -> list[Clause]:
        """The items of the enumeration that a clause belongs to, or those before the number at an index."""
        before = (self.clauses[i] for i in range(len(self.clauses) if index is None else index))
        return [c for c in before if c.start == clause.start and _is_item(c)]

    def _phrase(self, clause: Clause) -> tuple[str, Draft | None, Draft | None]:
        """The thing counted, the total it is part of, and the target whose wording it goes on with."""
        last = self.last
        parent = None
        split = clause.bracketed and last is not None
        if clause.whereof or (split and splits_bracket(self.plain, clause, self.clauses.quantities)):
            parent = self._total(clause)
        elif last is not None and last.parent is not None:
            parts = [d for d in self.drafts[self.first :] if d.parent is last.parent]
            if goes_on(self.plain, clause, last) or adds_up(self.plain, clause, parts):
                parent = last.parent
        if clause.inherits and not clause.phrase.strip("其中，：") and last is not None:
            alike = self._last_alike(clause.quantity)
            return alike.phrase, parent, alike
        if clause.inherits and last is None:
            listed = _LISTED_SUBJECT.search(self.plain, 0, clause.quantity.start)
            if listed:
                return listed[1] if listed.start(1) else listed[1][self._marker :], parent, None
            heard = self._heard(clause)
            if heard:
                return heard, parent, None
        if clause.inherits and parent is not None:
            return parent.phrase, parent, parent
        if clause.inherits and last is not None:
            alike = self._last_alike(clause.quantity)
            return alike.phrase, parent, alike
        return clause.phrase, parent, None

    def _last_alike(self, quantity: Quantity) -> Draft:
        """The last target of this sentence, or for a count the last one that is counted alike."""
        drafts = self.drafts[self.first :]
        if quantity.kind == "counter":
            return next((d for d in reversed(drafts) if d.unit_std == quantity.standard), drafts[-1])
        return drafts[-1]

    def _heard(self, clause: Clause) -> str:
        """The thing that an earlier number of the paragraph was about, where this clause names none."""
        phrase = self.find_last_phrase(before=clause.quantity.start)
        if not phrase:
            named = _NAMED_BEFORE.search(self.plain, 0, clause.start)
            phrase = strip_verb(named[1]) if named else self.previous.find_last_phrase() if self.previous else ""
        return _HELD.sub("", phrase)

    def _total(self, clause: Clause) -> Draft | None:
        """The nearest target before 其中 that is not itself a part."""
        if self.last is not None:
            found = find_total(self.plain, clause, self.drafts[self.first :])
            if found:
                return found
        previous = self.drafts[-1] if self.drafts else None
        if previous is not None and previous.sentence >= self.sentence.n - 1:
            return previous.parent or previous
        return None

    def _respective(self, clause: Clause, siblings: list[Clause], phrase: str) -> str:
        """`A、B分别达到1个、2个`: the thing at the number's own place in the list."""
        source = siblings[0].phrase if siblings else phrase
        order = len(siblings)
        if clause.inherits and clause.phrase in ("", "分别") and (not siblings or siblings[0].inherits):
            earlier = [d for d in self.drafts[self.first :] if d.clause.start != clause.start]
            count = len(self._siblings(clause))
            if len(earlier) >= count > 1:
                return earlier[order - count].phrase
            listed = LIST_BEFORE.search(self.plain, 0, clause.start)
            source = listed["things"] if listed else source
        things = _CONJUNCTS.split(source)
        if len(things) < 2 or order >= len(things) or min(map(len, things)) < 2 or not self._are_things(things, clause):
            return phrase or source
        return things[order]

    def _are_things(self, names: list[str], clause: Clause) -> bool:
        """Whether each part of a list names a thing: 城镇 in 城镇、农村居民收入 does not."""
        if min(map(len, names)) > 2:
            return True
        return all(match_indicator(name, clause.quantity.standard) != "other" for name in names)

    def _draft(self, clause: Clause, phrase: str, parent: Draft | None, source: Draft | None) -> None:
        plain, last = self.plain, self.last
        quantity = share_bound(plain, clause, self.drafts[self.first :])
        unit = "benchmark" if quantity.kind == "benchmark" else quantity.standard
        named = _TIER_WORDS.sub("", phrase) if _TIER_START.match(phrase) else phrase
        named = named.strip("的，、：") or phrase
        verb = clause.verb if clause.own_verb or clause.after_noun else ""
        named, indicator = self._indicator(clause, verb, named, unit)
        if parent is not None and (indicator == "other" or {indicator, parent.indicator} <= _RESULTS):
            shares = SHARE.search(phrase) and _fits(parent.indicator, unit)
            indicator = parent.indicator if shares or quantity.standard == parent.unit_std else indicator
        if indicator == "other" and source is not None and _fits(source.indicator, unit):
            indicator = source.indicator
        measured = replace_quantity(clause, quantity)
        sign = clause.sign
        if source is not None and source.measure == "growth" and quantity.is_percent and not clause.change:
            sign = -1 if (source.value_min or source.value_max or 0) < 0 else 1
        measure = find_measure(measured, phrase, source.measure if source else parent.measure if parent else "")
        if measure == "growth" and phrase.endswith(("降幅", "下降率")):
            sign = -1
        next_part = parent is not None and last is not None and last.parent is parent and not clause.own_verb
        if last is not None and (is_respective_to(plain, last, clause, quantity) or (next_part and measure == "flow")):
            measure = last.measure if last.unit_std == quantity.standard else measure
        low, high, bound = sign_values(quantity, measure, sign)
        per_year = is_per_year(clause, plain)
        due = None if per_year else self._due(clause)
        period = "per_year" if per_year else find_period(clause, plain, due, self.plan_year, self._signs)
        number_at = self.locate(quantity.start, quantity.end)
        number = self.document.text[number_at[0] : number_at[1]]
        quote_from = self._quote_from(clause, source, last)
        quote_to = max(quantity.end, clause.phrase_end)
        factor = quantity.factor
        draft = Draft(
            sentence=self.sentence.n, clause=clause, phrase=named, indicator=indicator,
            tier=self._tier(clause, phrase, parent, source), value_min=low, value_max=high,
            unit=self._unit_as_written(quantity, number), value_min_std=convert(low, factor),
            value_max_std=convert(high, factor), unit_std=quantity.standard or quantity.unit, bound=bound,
            measure=measure, period=period, masked=quantity.masked, headline=self.setting.headline, due_year=due,
            firmness=find_firmness(clause, plain, self._signs), confidence=1.0, number=number, number_at=number_at,
            quote_at=self.locate(quote_from, quote_to), quote_from=quote_from, parent=parent,
        )  # fmt: skip
        draft.confidence = rate_confidence(plain, clause, draft, self._signs, inherited=source is not None)
        self.drafts.append(draft)

    def _tier(self, clause: Clause, phrase: str, parent: Draft | None, source: Draft | None) -> str:
        """The tier that the words before the thing name, else that of the total or of the number it goes on with."""
        named = phrase if source is None else clause.left
        if "全" in named or "我" in named or "本" in named:
            named = _SCOPE.sub("", named)
        if clause.quantity.standard == "rank":
            return ""
        tier = self._tier_in_turn(clause) or find_tier(named)
        if not tier and "财政" in clause.lead:
            tier = find_tier(clause.lead)
        if not tier and source is not None and not clause.whereof and clause.inherits:
            tier = source.tier
        last = self.last
        if not tier and phrase.startswith("占") and last is not None and last.clause.start == clause.start:
            tier = last.tier
        if not tier and clause.whereof and parent is not None:
            tier = parent.tier
        return tier

    def _tier_in_turn(self, clause: Clause) -> str:
        """The tier at the number's own place in `省级、市级…分别N个和M个`."""
        if not is_shared_out(self.plain, clause):
            return ""
        listed = _TIERS_IN_TURN.search(self.plain, clause.start, clause.quantity.start)
        tiers = _CONJUNCTS.split(listed.group()) if listed else []
        numbers = [c.quantity.start for c in self._siblings(clause)]
        if len(tiers) != len(numbers):
            return ""
        return find_tier(tiers[numbers.index(clause.quantity.start)].removesuffix("级") + "级")

    def _indicator(self, clause: Clause, verb: str, named: str, unit: str) -> tuple[str, str]:
        """The indicator of a phrase, and the phrase with what the clauses before it add."""
        owned = _WITH_PROPERTY.sub("", named) if named.startswith(("具有", "拥有")) else named
        indicator = match_indicator(verb + owned, unit)
        summed_up = _SUMMED_UP.search(owned) if "等" in owned else None
        if summed_up and (of_all := match_indicator(summed_up[1], unit)) != "other":
            indicator = of_all
        if indicator == "other" and clause.left.endswith("等"):
            indicator = match_indicator(clause.right, unit)
        if named.startswith("占"):
            last = self.last
            named = (last.phrase if last and last.clause.start == clause.start else self._subject(clause)) + named
            indicator = match_indicator(named, unit)
        if indicator == "other" and _GENERIC.fullmatch(named):
            before = self._last_alike(clause.quantity).phrase if self.last is not None else self._clause_before(clause)
            joined = match_indicator(_join(before, named), unit)
            if self.last is not None or joined != "other":
                named, indicator = _join(before, named), joined
        if indicator == "other" and self.sentence.path and (clause.inherits or _GENERIC.fullmatch(named)):
            title = self.sentence.path[-1]
            indicator = match_indicator(title, unit)
            if indicator != "other" and not named:
                named = title.removeprefix(self.sentence.item).strip("。：，")
        if indicator == "other" and unit == "event" and clause.quantity.unit.endswith(("场", "场次")):
            indicator = "events"
        return named, indicator

    def _subject(self, clause: Clause) -> str:
        """What the clause before speaks of, without its verbs: the subject of `，占…比重达到`."""
        before = self._clause_before(clause)
        subject = _SUBJECT.match(before)
        return subject["thing"] if subject else ""

    def _unit_as_written(self, quantity: Quantity, number: str) -> str:
        """The unit in the characters of the text, without the blanks and line breaks inside it."""
        unit = quantity.unit
        if not unit or number == self.plain[quantity.start : quantity.end]:
            return unit
        written = "".join(number.split())
        at = fold_widths(written).rfind(unit)
        return written[at : at + len(unit)] if at >= 0 else unit

    def _clause_before(self, clause: Clause) -> str:
        end = max(0, clause.start - 1)
        return self.plain[1 + max(self.plain.rfind(mark, 0, end) for mark in "，；。：") : end]

    def _due(self, clause: Clause) -> int | None:
        """The year named before the number in its sentence, else the one its list or section gives."""
        dues = due_years(self.plain, self.plan_year)
        if not dues:
            return self.setting.year
        if len(dues) > 1 and is_shared_out(self.plain, clause):
            starts = [c.quantity.start for c in self._siblings(clause)]
            if len(dues) == len(starts):
                return dues[starts.index(clause.quantity.start)][1]
        at = clause.quantity.start
        opens = self.plain.rfind("（", 0, at) if clause.bracketed else at
        earlier = [year for place, year, _ in dues if place <= at and (place > opens or not self._in_bracket(place))]
        return earlier[-1] if earlier else self.setting.year

    def _in_bracket(self, place: int) -> bool:
        return self.plain.rfind("（", 0, place) > self.plain.rfind("）", 0, place)

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


def _goes_on_telling(plain: str, clause: Clause) -> bool:
    """Whether a number says how much the one before it had changed: 已争取5亿元，增长10%."""
    told = clause.inherits and clause.change and not clause.level and not clause.lead and not clause.own_verb
    return bool(told) and clause.quantity.bound == "exact" and plain[clause.segment - 1] in "，、"


def _is_item(clause: Clause) -> bool:
    return clause.quantity.kind in ("counter", "measure", "rate")


def _join(thing: str, aspect: str) -> str:
    """The thing named before with another of its aspects: 技术合同 and 成交额."""
    return thing if aspect in thing else _ASPECT.sub("", thing) + aspect


def _fits(indicator: str, unit: str) -> bool:
    found = load_indicators().get(indicator)
    return found is not None and unit in found.units
