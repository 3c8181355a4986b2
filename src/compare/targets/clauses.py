"""The clause around a number: its verb, the thing counted, and the words of level or change beside the number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from compare.quantities import Quantity
from compare.vocabulary.phrasing import alternation, load_phrasing

_P = load_phrasing()
_TIME = (
    r"(?:力争|确保|争取)?(?:到|至|在|截至)?20\d\d(?:年)?(?:[—\-至~](?:20\d\d)?年?)?(?:年?底|"
    r"年?末)?(?:以?前|内|期间)?，?|[“\"]?十[三四五六]五[”\"]?(?:期间|时期|末)?，?"
    r"|[三五两]年(?:内|间|来)?(?:累计|共)?(?=[^级级期度前])|在[^，。]{2,12}(?:中|方面|领域|上)(?=[^，。]{2})"
)
_VERBS = alternation(_P.words["flow"] | _P.words["context"])
_ADVERBS = _P.patterns["adverbs"]
_LEAD = re.compile(rf"(?P<time>{_TIME})|(?P<verb>新?(?:{_VERBS}))|(?P<adverb>{_ADVERBS})")
_KINDS_OF_THINGS = re.compile(
    r"(?:及|或)?(?:以上)?(?:规模|重点|重大|工业|大型|龙头|骨干|产业)*(?:企业|项目|单位|集群|产业链|园区|"
    r"基地|农户|大户|强镇|合作社|产品|品牌)"
)
_FOR_WHOM = re.compile(r"(?:为|对|给|将)(?:全[省市县区])?")
_STARTS_FROM = re.compile(r"^(.{2,24}?)(?:，)?(?:由|从)")
_OF_YEAR = re.compile(r"(?:20\d\d年(?:底|末)?的?|每[人生户亩床][每]?(?:年|月|天)?)$")
_ONLY_ADVERBS = re.compile(rf"(?:{_TIME}|{_ADVERBS})*")
_NOUN_AFTER = re.compile(r"[率额量度数]|投入|经费|人员|费用|机构|活动|平台|中心|支出|强度")
_JOIN = re.compile(r"[、和或及并与]|以及|（[^）]{1,4}）")
_CAUSATIVES = frozenset(
    "推动 推进 支持 引导 鼓励 组织 帮助 指导 促进 带动 为 对 通过 依托 "
    "围绕 面向 协助 力促 扶持 服务 加快推进 加快 以 与 在 向 ".split()
)
_INNER = re.compile(
    "联合建立|新认定|发放|新增|新建|攻克|培育|引进|引育|建设|打造|建成|组建|选派|"
    "开展|举办|组织|实施|争取|签订|完成|转化|达成|吸引|创建|提供|发布|设立|推广|"
    "开发|研发|招引|申报|培训|带动|建立|孵化|认定|实现|获得|制定|共建"
)
_SURE_INNER = re.compile("压减|削减|新增|新建|新认定|攻克|引进|打造|建成|选派|举办|争取|签订|发放|发布")
_TAIL_VERB = re.compile(
    r"(?<=[\u4e00-\u9fff”]{2})(?:建成|新建|新增|引进|培育|完成|备案|认定|举办|开展|实施|选派|签订|"
    r"培养|发放|组建)$"
)
_LATE_VERB = re.compile(
    r"(?P<adverb>(?:在[^，。]{2,14}(?:地|区|市|县|园区|国家|城市))|[\u4e00-\u9fff]{2})"
    r"(?P<verb>实施|建设|新建|推进|培育|打造|举办|开展|组织|引进|完成|布局|更新|改造|创建|建成|推广|"
    r"发放|选派|培训|认定|新增)"
)
_PREDICATE = re.compile(r"深入|开展|参加|进驻|赴|建设|新增|实施|组织|推广|建立|引进|创建|完成|培育|打造|举办")
_NOMINAL = re.compile(
    r"[的工库额率量数型类成效力员队行基单业型机体服平载计方任主技费]|项目|人员|经费|投入|中心|支出|强度|"
    r"活动|$"
)
_LEVEL_TAIL = re.compile(rf"(?:{_P.patterns['level']})$")
_CHANGE = _P.pattern("growth", "fall")
_CHANGE_TAIL = re.compile(
    rf"(?:同比|年均|(?<!全)年|环比|累计|平均|实际|按可比口径|可比价|可比|比上年|较上年|比20\d\d年|"
    rf"较20\d\d年|每年|力争|再|将|要|均|各|分别|保持|名义|逐年|稳步|持续|实现|上年|稳定)*"
    rf"(?P<change>(?<![新净再])(?<!自然)(?:{_CHANGE}))(?:率|速度|速率)?(?:均|分别|都|各|力争|要|也|"
    rf"保持|控制|目标|预期|左右)*$"
)
# The last words that the patterns of tails can match; a text that ends otherwise need not be searched.
_ENDS_OF_YEAR = tuple("年底末的人生户亩床每月天")
_ENDS_OF_LEVEL = tuple(_P.words["level"])
_ENDS_OF_CHANGE = (
    *(_P.words["growth"] | _P.words["fall"]), "率", "速度", "均", "分别", "都", "各", "力争", "要", "也", "保持",
    "控制", "目标", "预期", "左右",
)  # fmt: skip
_ENDS_OF_STAY = ("均", "分别", "都", "各", "力争", "要", "预计", "计划", "预期", "总量", "全年", "累计")
_KNOWN_PHRASES = 1 << 14
_STAY = re.compile(r"(?:均|分别|都|各|力争|要|预计|计划|预期|总量|全年|累计|分别)+$")
_WHEREOF = ("其中", "其中：", "其中，")
_TIER_ONLY = re.compile(r"(?:其中)?[，：]?(?:国家|省|市|县|区|自治区)?级?(?:及)?(?:以上)?")
_SEPARATOR = re.compile(r"[，；。：]")
_SCOPE = re.compile(r"^(?:我|全|本)(?:省|市|县|区|州|旗|自治区)(?=[^级])")
_QUOTES = re.compile(r"“[^”\"]{0,60}[”\"]|\"[^\"]{0,60}\"|《[^》]{0,80}》|‘[^’]{0,30}’")
_QUOTE = re.compile("[“\"《‘]")
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
    verb_start: int
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
    if _QUOTE.search(plain):
        shaded = _QUOTES.sub(lambda m: m.group()[0] + "□" * (len(m.group()) - 2) + m.group()[-1], plain)
    if "（" in shaded:
        shaded = _BRACKETS.sub(lambda m: "（" + "□" * (len(m.group()) - 2) + "）", shaded)
    return shaded


def read_clauses(plain: str, quantities: list[Quantity], begin: int = 0) -> list[Clause]:
    """The clause of each quantity of one sentence, in order; `begin` is where the text after an item marker starts."""
    shaded = shade(plain)
    brackets = [m.span() for m in _BRACKETS.finditer(plain)] if "（" in plain else []
    clauses: list[Clause] = []
    for index, quantity in enumerate(quantities):
        region = next(((a + 1, b - 1) for a, b in brackets if a < quantity.core < b), None) if brackets else None
        view, low, high = (plain, *region) if region else (shaded, begin, len(plain))
        cuts = [m.end() for m in _SEPARATOR.finditer(view, low, quantity.core)]
        start = cuts[-1] if cuts else low
        stop = _SEPARATOR.search(view, quantity.end, high)
        end = stop.start() if stop else high
        earlier = [c for c in clauses if c.quantity.start >= start and _counts(c.quantity)]
        if not region:
            earlier = [c for c in earlier if not c.bracketed]
        following = next((q for q in quantities[index + 1 :] if q.kind in ("counter", "measure", "rate")), None)
        clauses.append(
            _read_clause(plain, quantity, start, end, earlier[-1] if earlier else None, following, region, view)
        )
    return clauses


def _counts(quantity: Quantity) -> bool:
    """Whether a quantity can be an item of an enumeration."""
    return quantity.kind in ("counter", "measure", "rate", "benchmark") and (
        quantity.numeral != "round" or bool(quantity.bound_word)
    )


def _read_clause(
    plain: str, quantity: Quantity, start: int, end: int, previous: Clause | None, following: Quantity | None,
    region: tuple[int, int] | None, shaded: str,
) -> Clause:  # fmt: skip
    segment = start
    if previous:
        segment = previous.quantity.end
        between = plain[segment : quantity.start]
        if _attaches(previous.quantity, quantity, between):
            segment = previous.segment
        elif previous.after_noun:
            joins = list(re.finditer(r"[、和及与并或]|以及", between))
            segment += joins[-1].end() if joins else 0
    left = plain[segment : quantity.start]
    skipped = len(left) - len(left.lstrip("、和及与并或以且：，” \t"))
    segment, left = segment + skipped, left[skipped:]
    whereof = left.startswith("其中") or plain.endswith(_WHEREOF, max(0, start - 4), start)
    body, level, change = _strip_tail(left)
    tail = _TAIL_VERB.search(body) if not level and not change else None
    if tail:
        body = body[: tail.start()]
    verb, verb_at, phrase_at, lead = _find_verb(body, within=previous is not None and previous.after_noun)
    if tail and not verb:
        verb, verb_at = tail.group(), tail.start()
    phrase = body[phrase_at:]
    right = plain[quantity.end : end]
    shaded_right = shaded[quantity.end : end]
    after_noun = False
    phrase_start = segment + phrase_at
    phrase_end = segment + len(body)
    if phrase.endswith(("、", "和", "及", "与", "以及")) or _FOR_WHOM.fullmatch(phrase):
        phrase, phrase_start = "", quantity.start
    tier_only = bool(_TIER_ONLY.fullmatch(phrase))
    if tier_only and not level and not change and quantity.kind != "benchmark":
        noun_length = _noun_length(shaded_right, quantity, following, end)
        if noun_length >= 2 and not right.startswith(("）", "、")):
            after_noun = True
            phrase, phrase_start = phrase + right[:noun_length], quantity.end
            phrase_end = quantity.end + noun_length
    origin = _STARTS_FROM.match(previous.left) if previous and tier_only and not after_noun else None
    if origin:
        phrase, tier_only = origin[1], False
    if quantity.is_percent and not change and verb in _P.words["fall"]:
        change = verb
    own_verb = bool(verb)
    if not verb and previous:
        verb = previous.verb
    return Clause(
        quantity=quantity, start=start, end=end, segment=segment, verb=verb,
        verb_start=segment + verb_at if own_verb else segment, phrase=_SCOPE.sub("", phrase), phrase_start=phrase_start,
        phrase_end=phrase_end, level=level, change=change, sign=-1 if change in _P.words["fall"] else 1, left=left,
        right=right, after_noun=after_noun, inherits=tier_only and not after_noun, whereof=whereof,
        bracketed=region is not None, lead=lead, own_verb=own_verb,
    )  # fmt: skip


def _attaches(previous: Quantity, quantity: Quantity, between: str) -> bool:
    """Whether the number before only says which things are meant: 产值10亿元以上的企业5家."""
    if previous.kind not in ("measure", "rate"):
        return False
    if not between and previous.kind == "measure" and quantity.kind == "counter":
        return True
    return between.startswith("的") or (
        previous.kind == "measure" and quantity.kind == "counter" and bool(_KINDS_OF_THINGS.match(between))
    )


@lru_cache(maxsize=_KNOWN_PHRASES)
def _strip_tail(left: str) -> tuple[str, str, str]:
    """Take the words of level and change off the end of what stands before a number."""
    body, level, change = _OF_YEAR.sub("", left) if left.endswith(_ENDS_OF_YEAR) else left, "", ""
    for _ in range(3):
        before = body
        match = _LEVEL_TAIL.search(body) if not level and body.endswith(_ENDS_OF_LEVEL) else None
        if match:
            level, body = match.group(), body[: match.start()]
        match = _CHANGE_TAIL.search(body) if not change and body.endswith(_ENDS_OF_CHANGE) else None
        if match:
            change, body = match["change"], body[: match.start()]
        match = _STAY.search(body) if body.endswith(_ENDS_OF_STAY) else None
        if match and match.start():
            body = body[: match.start()]
        if body == before:
            break
    if (level or change) in _P.words["flow"] and not (level and change) and _ONLY_ADVERBS.fullmatch(body):
        return left, "", ""
    if level in ("为", "在", "是", "有") and _ONLY_ADVERBS.fullmatch(body):
        return body, "", ""
    body = body.rstrip("，： ")
    return body, level, change


@lru_cache(maxsize=_KNOWN_PHRASES)
def _find_verb(body: str, *, within: bool = False) -> tuple[str, int, int, str]:
    """The governing verb, its place, where the thing begins, and the adverbs passed on the way."""
    place, verb, verb_at, lead = 0, "", 0, ""
    while place < len(body):
        match = _LEAD.match(body, place)
        if match and match["verb"] and not match["adverb"]:
            adverb = re.match(_ADVERBS, body[place:])
            if adverb and len(adverb.group()) > len(match["verb"]):
                lead += adverb.group()
                place += adverb.end()
                continue
            if not verb and _NOUN_AFTER.match(body, match.end()):
                break
            if (
                _NOMINAL.match(body, match.end())
                and match.end() < len(body)
                and verb
                and not _JOIN.match(body, match.end())
            ):
                break
            verb, verb_at, place = match["verb"], place, match.end()
            join = _JOIN.match(body, place)
            if join and re.match(_VERBS, body[join.end() :]):
                place = join.end()
            continue
        if match:
            lead += match.group()
            place = match.end()
            continue
        break
    causative = verb in _CAUSATIVES or body[place:].startswith(("为", "对", "与", "向"))
    if not verb:
        late = _LATE_VERB.match(body, place)
        if late and not _NOMINAL.match(body, late.end()):
            return late["verb"], late.start("verb"), late.end(), lead + late["adverb"]
    if not verb or causative:
        pattern = _INNER if causative or within else _SURE_INNER
        inner = [
            m for m in pattern.finditer(body, place) if len(body) - m.end() >= 2 and not _NOMINAL.match(body, m.end())
        ]
        if inner and inner[-1].start() > place + 1:
            verb, verb_at, place = inner[-1].group(), inner[-1].start(), inner[-1].end()
    return verb, verb_at, place, lead


def _noun_length(right: str, quantity: Quantity, following: Quantity | None, end: int) -> int:
    """How much of the text after a number names the thing counted."""
    limit = len(right)
    if following and following.start < end:
        gap = following.start - quantity.end
        joins = list(re.finditer(r"[、和及与并或]|以及", right[:gap]))
        limit = joins[-1].start() if joins else gap
        verb = _PREDICATE.search(right, 2, limit)
        limit = verb.start() if verb else limit
    stop = re.search(r"[，。；：）\t]", right[:limit])
    if stop:
        limit = stop.start()
    return min(limit, 60)
