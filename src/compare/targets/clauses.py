"""The clause around a number: its verb, the thing counted, and the words of level or change beside the number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from compare.quantities import Quantity
from compare.targets.signs import SIZE_CLASS
from compare.vocabulary.phrasing import alternation, load_phrasing

_P = load_phrasing()
_TIME = (
    r"(?:力争|确保|争取)?(?:到|至|在|截至)?20\d\d(?:年度?)?(?:[—\-至~](?:20\d\d)?年?)?(?:年?底|"
    r"年?末)?(?:以?前|内|期间)?，?|[“\"]?十[三四五六]五[”\"]?(?:期间|时期|末)?，?"
    r"|[我全本][省市县区州旗](?=拟|将|要|计划|力争|争取|确保|共|完成|实现|引进|培育|建成|新建|新增|实施)"
    r"|[三五两]年(?:内|间|来)?(?:累计|共)?(?=[^级级期度前])|在[^，。]{2,12}(?:中|方面|领域|上)(?=[^，。]{2})"
)
_VERBS = alternation(_P.words["flow"] | _P.words["context"])
# 重点 and 联合 are adverbs but before the names of which they are part.
_ADVERBS = (
    _P.patterns["adverbs"]
    + r"|重点(?!实验|研发|企业|项目|产业|领域|行业|区域|品种|产品|技术|任务|工程|平台|人才|人群|群体|学科|专科|高校|"
    r"单位|园区|专项|课题|用能|排放|场所|城市|中小|成果|新材料|[县镇乡村商])"
    r"|联合(?!实验|研究|研发中心|体|会|国|基金|党)"
)
_LEAD = re.compile(rf"(?P<time>{_TIME})|(?P<verb>新增(?=加速器)|新?(?:{_VERBS}))|(?P<adverb>(?:{_ADVERBS})(?!率))")
_VERB = re.compile(_VERBS)
_ADVERB = re.compile(_ADVERBS)
_KINDS_OF_THINGS = re.compile(
    r"(?:及|或)?(?:以上)?(?:规模|重点|重大|工业|大型|龙头|骨干|产业)*(?:企业|项目|单位|集群|产业链|园区|"
    r"基地|农户|大户|强镇|合作社|产品|品牌)"
)
_FOR_WHOM = re.compile(r"(?:为|对|给|将)(?:全[省市县区])?")
_STARTS_FROM = re.compile(r"^(.{2,24}?)(?:，)?(?:由|从)")
_OF_YEAR = re.compile(r"(?:(?:(?<!占)[比较])?20\d\d年(?:底|末)?的?|每[人生户亩床][每]?(?:年|月|天)?)$")
_ONLY_ADVERBS = re.compile(rf"(?:{_TIME}|{_ADVERBS})*")
_NOUN_AFTER = re.compile(
    r"(?<=孵化)(?:基地|载体|面积|场地|[器园])|(?<=培训)(?:基地|班)|(?<=应用)场景|(?<=服务)[站点]|[率额量度数]|投入|经费|人员|费用|机构|活动|平台|中心|支出|强度"
)
# Verbs that make no noun with the word behind them: 新增平台 adds platforms, 服务平台 is one.
_SURE_VERBS = frozenset("新增 新建 新认定 建成 获批 创建 引进 争取 争创 筹集".split())
_JOIN = re.compile(r"[、和或及并与]|以及|（[^）]{1,4}）")
_CAUSATIVES = frozenset(
    "推动 推进 支持 引导 鼓励 组织 帮助 指导 促进 带动 为 对 通过 依托 "
    "围绕 面向 协助 力促 扶持 服务 加快推进 加快 以 与 在 向 ".split()
)
_INNER = re.compile(
    "联合建立|新认定|发放|新增|新建|攻克|培育|引进|引育|建设|打造|建成|组建|选派|"
    "开展|举办|组织|实施|争取|签订|完成|转化|达成|吸引|创建|提供|发布|设立|推广|"
    "开发|研发|招引|导入|申报|培训|带动|建立|孵化|认定|实现|获得|制定|共建"
)
_SURE_INNER = re.compile(
    "再(?:推出|建成|培育|认定|建设)|压减|削减|新增|新建|新认定|攻克|引进|打造|建成|选派|举办|争取|签订|发放|发布"
)
_TAIL_VERBS = tuple(
    "入库 建成 新建 新增 引进 培育 完成 备案 认定 举办 开展 实施 选派 签订 培养 发放 组建 "
    "兑现 投放 签约 开工 投产 落地 转化 上市 挂牌".split()
)
_TAIL_VERB = re.compile(rf"(?<=[\u4e00-\u9fff”]{{2}})新?(?:{'|'.join(_TAIL_VERBS)})$")
_LATE_VERB = re.compile(
    r"(?P<adverb>(?:在[^，。]{2,14}(?:地|区|市|县|园区|国家|城市))|[\u4e00-\u9fff]{2})"
    r"(?P<verb>实施|建设|新建|推进|培育|打造|举办|开展|组织|引进|完成|布局|更新|改造|创建|建成|推广|"
    r"发放|选派|培训|认定|新增)"
)
_BY_BUDGET = re.compile(
    r"(?:[省市县区旗]级?|本级|各级)*财政(?:每年|全年|年初)?(?:统筹|预算)?(?P<verb>安排|投入|筹集|列支|设立|统筹)"
)
_DESCRIBES = re.compile(r"(?:及?以上|以下|以内)?的[\u4e00-\u9fff]{2}")
_PREDICATE = re.compile(r"深入|开展|参加|进驻|赴|建设|新增|实施|组织|推广|建立|引进|创建|完成|培育|打造|举办")
_NOMINAL = re.compile(
    r"[的工库额率量数型类成效力员队行基单业型机体服平载计方任主技费班会课营站器室]|项目|人员|经费|投入|中心|支出|强度|"
    r"活动|面积|交易额|成交额|登记额|(?<=主导)产业|(?<=研发)管理|$"
)
# Verbs that tell of which kind a thing is where another verb stands before: 新增上市企业.
_ATTRIBUTIVE = frozenset(("上市", "挂牌", "授权", "入驻", "入孵", "备案"))
_NOUNS_TOO = frozenset(("减税降费",))
_OF_KIND = re.compile(r"（|企业|公司")
_LONGEST_VERB = 4
_NAMES_THING = re.compile(r"(?!以上|左右|以内|的|并|且|等)[\u4e00-\u9fffA-Z“][\u4e00-\u9fffA-Z”]")
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
_ENDS_OF_STAY = ("均", "分别", "都", "双双", "各", "力争", "要", "预计", "计划", "预期", "总量", "全年", "累计")
_KNOWN_PHRASES = 1 << 14
_ITEMS = frozenset(("counter", "measure", "rate"))
# 计划 is a verb at the opening and after a time or a place; 省科技计划10项 counts plans.
_STAY = re.compile(
    r"(?:均|分别|都|双双|各|力争|要|预计|(?:(?<![\u4e00-\u9fff])|(?<=[年月度季市县区省局]))计划|预期|总量|全年|累计)+$"
)
_COMPARES = ("比", "较", "同比")
_MARKER = re.compile(
    rf"\d{{1,3}}(?=新?(?:{_VERBS}))|"
    r"[（(]?\d{1,2}[)）.、](?=[\u4e00-\u9fff])|[①-⑳]|[一二三四五六七八九十]{1,2}[是要](?=[\u4e00-\u9fff]{2})"
)
_MARKS = frozenset("（(0123456789一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
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
    marker = _MARKER.match(left) if left[:1] in _MARKS else None
    if marker:
        left = left[marker.end() :]
    segment = max(segment, quantity.start - len(left))
    whereof = (
        left.startswith("其中")
        or (left[:1] == "即" and _THAT_IS.match(left) is not None)
        or plain.endswith(_WHEREOF, max(0, start - 4), start)
    )
    body, level, change = _strip_tail(left)
    tail = None if level or change or not body.endswith(_TAIL_VERBS) else _TAIL_VERB.search(body)
    if tail:
        body = _STAY.sub("", body[: tail.start()])
    verb, phrase_at, lead = _find_verb(body, previous is not None and previous.after_noun)
    if tail and not verb:
        verb = tail.group()
    phrase = body[phrase_at:]
    right = plain[quantity.end : end]
    after_noun = False
    phrase_start = segment + phrase_at
    phrase_end = segment + len(body)
    if phrase.endswith(_STARTS_CONJUNCT) or _FOR_WHOM.fullmatch(phrase):
        phrase, phrase_start = "", quantity.start
    if phrase and not (level or change) and quantity.kind == "counter" and _is_named_after(right):
        ending = tail.group() if tail else _ending_verb(body)
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


def _ending_verb(body: str) -> str:
    """The verb that ends a text with its subject before it: 各县区至少建设."""
    for length in range(_LONGEST_VERB, 1, -1):
        if len(body) > length + 1 and body[-length:] in _P.words["flow"]:
            return body[-length:]
    return ""


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
    compared = change and left.startswith(_COMPARES)
    if (level or change) in _P.words["flow"] and not ((level and change) or compared) and _ONLY_ADVERBS.fullmatch(body):
        return left, "", ""
    if level in ("为", "在", "是", "有") and _ONLY_ADVERBS.fullmatch(body):
        return body, "", ""
    body = body.rstrip("，： ")
    return body, level, change


@lru_cache(maxsize=_KNOWN_PHRASES)
def _find_verb(body: str, within: bool) -> tuple[str, int, str]:
    """The governing verb, where the thing begins, and the adverbs passed on the way."""
    place, verb, lead = 0, "", ""
    while place < len(body):
        match = _LEAD.match(body, place)
        if match and match["verb"] and not match["adverb"]:
            adverb = _ADVERB.match(body, place)
            if adverb and adverb.end() > match.end():
                lead += adverb.group()
                place = adverb.end()
                continue
            if not verb and match["verb"] not in _SURE_VERBS and _NOUN_AFTER.match(body, match.end()):
                break
            if (
                _NOMINAL.match(body, match.end())
                and match.end() < len(body)
                and verb
                and not _JOIN.match(body, match.end())
            ):
                break
            if verb and match["verb"] in _ATTRIBUTIVE and _OF_KIND.match(body, match.end()):
                break
            if verb and match["verb"] in _NOUNS_TOO:
                break
            verb, place = match["verb"], match.end()
            join = _JOIN.match(body, place)
            if join and _VERB.match(body, join.end()):
                place = join.end()
            continue
        if match:
            lead += match.group()
            place = match.end()
            continue
        break
    causative = verb in _CAUSATIVES or body[place:].startswith(("为", "对", "与", "向"))
    if not verb:
        budget = _BY_BUDGET.match(body, place)
        if budget:
            return budget["verb"], budget.end(), lead + budget.group()
        late = _LATE_VERB.match(body, place)
        if late and not _NOMINAL.match(body, late.end()):
            return late["verb"], late.end(), lead + late["adverb"]
    if not verb or causative:
        pattern = _INNER if causative or within else _SURE_INNER
        inner = [
            m for m in pattern.finditer(body, place) if len(body) - m.end() >= 2 and not _NOMINAL.match(body, m.end())
        ]
        if inner and inner[-1].start() > place + 1:
            verb, place = inner[-1].group(), inner[-1].end()
    return verb, place, lead


def strip_verb(text: str) -> str:
    """A text without the verb that opens it, and without the adverbs before that: 积极争取上级资金 is 上级资金."""
    marker = _MARKER.match(text)
    text = text[marker.end() :] if marker else text
    return text[_find_verb(text, False)[1] :]


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
