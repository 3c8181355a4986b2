"""The fields of a target: measure, signed values, tier, period, due year and firmness."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from compare.quantities import Quantity
from compare.targets import signs
from compare.targets.clauses import Clause
from compare.targets.signs import Signs
from compare.vocabulary.phrasing import load_phrasing
from compare.vocabulary.sieve import Sieve

_P = load_phrasing()
_AMOUNT = re.compile(
    r"(?:额|收入|税收|利税|利润|税金|产值|营收|增加值|生产总值|投入|支出|投资|经费|总量|总额|产量|数量|总数|余额|规模|"
    r"装机|存量|保有量|拥有量|吞吐量|运输量|发电量|屠宰量|出栏量?|存栏量?|面积|里程|蓄积|固碳量|货值|浓度|"
    r"花费|消费|用量|排放量|人次|覆盖率|利用量|开行|出栏|存栏|外资|进出口|边境游|客流量?|"
    r"游客)(?:（[^）]*）)?$"
)
_GROWTH_NOUN = re.compile(r"(?<!自然)(?:增速|增幅|涨幅|增长率|增长|降幅|下降率|递增)(?:目标|均|分别)*$")
_ENDS_OF_GROWTH = (
    "增速", "增幅", "涨幅", "增长率", "增长", "降幅", "下降率", "递增", "目标", "均", "分别",
)  # fmt: skip
_GROWS_AFTER = ("的增长", "的增速", "的增幅", "的速度增长", "增长", "增速")
_TOTALS = ("总量", "总数", "保有量", "存量")
_RUNNING_TOTAL = re.compile(r"(?:累计|总数|总量|保有量|年末)[^，。、]{0,6}达到?$")
_STOCKS = (*_TOTALS, "拥有量", "运输量", "吞吐量", "产量", "总产", "规模", "数量")
_ADDED = re.compile(r"新增|净增|新建|新认定|再增|增加$")
_PER_PEOPLE = re.compile(
    r"^(?:百|十|千)?万人|每(?:万|千|百|十万|百万)(?:名|个|户)?(?:常住|户籍|规上|工业)*[人户老劳儿就家企]"
)
_HOPES = re.compile(r"力争|争取|努力")
_COMPARED = re.compile(r"同步|增速|增长|增幅")
_EACH = re.compile(r"每[人生户亩床]")
_PER_HEAD = re.compile(r"[人亩地]均|每?万人|每千人|亩产|单产|全员劳动生产率|^(?:吨钢|万元)[^，。]{0,12}(?:耗|水量)$")
_PER_UNITS = ("per_10", "batch_per", "gram_standard", "CNY_per_")
_YEARLY = re.compile(r"(?<!\d)年均")
_OF_A_YEAR = re.compile(r"(?:20\d\d年|上年|去年)的?$")
_BUILT_SO_FAR = re.compile(r"累计(?:建成|达)")
_VISITORS = re.compile(r"游客|旅游|客流|客运|接待|吞吐")
_RUNS = re.compile(r"(?:开行|运行|客流|游|人次|量)$")
_STATISTICAL = re.compile(r"(?:成交|登记|交易)额?|收入|产值|营收|增加值|投资(?:额|总额)?$|研发|产量|消费")
_LATER = re.compile(r"(?:到|至)20|期间|末")
_NEW_SPAN = re.compile(r"[。；]|到20\d\d年|达到|以满足")
_OPENS_HOPING = re.compile(r"[^，；]{0,4}(?:力争|努力|争取)")
_NEVER_LEVEL = ("实现", "完成", "有", "是", "为", "在")
_GIVEN_FUNDS = re.compile(r"争取|发放|投放|筹集|募集|引进|落实|到位|兑现|安排|拨付|新增|完成|签约|化解|盘活")
_TIERS = (
    ("provincial+", re.compile(
        r"国家(?:级)?(?:和|、|及|或|与)省(?:部)?(?:级)?(?!、市|和市|及市|市)|省部级|省级(?:及)?以上|"
        r"省(?:及)?以上|自治区级(?:及)?以上|国家、自治区级"
    )),
    ("county+", re.compile(
        r"(?:(?:县|区|旗)级(?:及)?以上|县(?:及)?以上)(?!集中|城市|人民|公立|饮用)|市(?:级)?(?:、|和|及)(?:县|区|县区)(?:[两三四]级|级)"
    )),
    ("municipal+", re.compile(
        r"国家(?:级)?(?:和|、|及)?省(?:级)?(?:、|和|及)?市(?:级)?|省(?:级)?(?:、|和|及)市(?:级)?|"
        r"省市(?:两)?级|市(?:厅)?级(?:及)?以上|市(?:及)?以上|地市级以上"
    )),
    ("national", re.compile(
        r"国家级|“?国字号|国家(?=[\u4e00-\u9fff（“A-Z\d])(?!(?:[一二三特]级|和|、|战略|部署|要求|政策|有关|规定|安全|"
        r"粮食|重大战略|需求|统计))|国级|全国(?=[\u4e00-\u9fff“])(?![\u4e00-\u9fff]{2,6}(?:日|周|月)(?:$|[、等和活及主]))(?!(?:前列|排名|平均|最|首|第|一流|影响|"
        r"知名|领先|有|范围|各地|先进|同))"
    )),
    ("provincial", re.compile(
        r"省级|自治区级|区级(?=.{0,4}自治区)|(?:^|[^全本我跨各外国])省(?=[\u4e00-\u9fff“（(])(?!(?:内|外|道|控|考|"
        r"市|委|政府|厅|部|会|份|际|里|校|直|属|人民|科技厅|重点工程))|自治区(?=[重科技创工])"
    )),
    ("municipal", re.compile(
        r"市级|市财政|市本级|(?:^|[^全本我各跨城县省])市(?=(?:重点实验|工程|技术创新|科技小巨人|科技型|科技计划|众创|"
        r"创新|新型|企业技术|一|专精特新|瞪羚|级|“(?![一二三四五六七八九十两双])))"
    )),
    ("county", re.compile(r"(?:县级|区级|旗级)(?!以上)|镇级|县财政|区财政|县本级|区本级")),
)  # fmt: skip


def find_measure(clause: Clause, phrase: str, parent_measure: str) -> str:
    """Level (reached or held), flow (added), growth (per cent), ratio or ratio_change (percentage points).

    Parameters
    ----------
    clause : Clause
        The number in its clause.
    phrase : str
        The thing counted.
    parent_measure : str
        Measure of the target whose wording this one goes on with, or that it is part of; empty if there is none.
    """
    quantity = clause.quantity
    raised = not clause.level.endswith("达到") and clause.level.endswith(("到", "至"))
    if quantity.kind == "benchmark":
        return _measure_benchmark(clause, phrase, parent_measure)
    if quantity.standard in ("percentage_point", "permille_point"):
        return "ratio_change"
    if quantity.standard == "index" and phrase.endswith("指数"):
        return "level"
    if quantity.kind == "rate":
        grows = (
            quantity.numeral == "doubling"
            or (quantity.unit == "倍" and _OF_A_YEAR.search(clause.left))
            or _names_growth(phrase)
            or clause.right.startswith(_GROWS_AFTER)
        )
        changes = clause.change or (clause.inherits and parent_measure == "growth")
        return "growth" if grows or (changes and not raised) else "ratio"
    if _is_per_unit(clause, phrase):
        return "ratio"
    if (
        (quantity.kind == "duration" and not signs.EVERYONE.search(clause.left))
        or quantity.standard == "rank"
        or (quantity.kind == "counter" and phrase.endswith(_TOTALS) and not _grows(clause))
    ):
        return "level"
    if clause.verb in _P.words["fall"] and clause.own_verb and quantity.kind == "measure":
        return "flow"
    if clause.level.endswith(("达到", "达")) and _RUNNING_TOTAL.search(clause.left):
        return "level"
    added = _ADDED.search(clause.change + clause.verb + phrase[-6:])
    if added and not raised:
        amount = quantity.standard == "CNY" and _AMOUNT.search(phrase) and "新增" not in clause.verb + phrase
        return "level" if amount else "flow"
    if clause.change and not raised and not clause.level:
        return "flow"
    if clause.inherits and parent_measure in ("level", "flow"):
        hoped = parent_measure == "flow" and _HOPES.search(clause.lead + clause.left)
        if hoped or not (clause.level or clause.own_verb):
            return parent_measure
    if _is_level(clause, phrase):
        return "level"
    if clause.whereof and parent_measure in ("level", "flow") and not clause.own_verb:
        return parent_measure
    return "flow"


def _grows(clause: Clause) -> bool:
    """Whether the clause's own words add to a total: 净增50家."""
    return _ADDED.search(clause.change + (clause.verb if clause.own_verb else "")) is not None


def _measure_benchmark(clause: Clause, phrase: str, parent_measure: str) -> str:
    """A comparator says level, growth or ratio by what is compared."""
    if clause.change or _COMPARED.search(clause.quantity.bound_word) or _names_growth(phrase):
        return "growth"
    return parent_measure if clause.inherits and parent_measure in ("growth", "level") else "ratio"


def _names_growth(phrase: str) -> bool:
    return phrase.endswith(_ENDS_OF_GROWTH) and _GROWTH_NOUN.search(phrase) is not None


def _is_per_unit(clause: Clause, phrase: str) -> bool:
    """Whether an amount is counted per head, per household or per so many people."""
    quantity = clause.quantity
    if quantity.kind == "duration":
        return "人均" in phrase
    if quantity.kind == "measure":
        if quantity.standard == "CNY" and _EACH.search(clause.left):
            return True
        if quantity.standard.startswith(_PER_UNITS) or _PER_HEAD.search(phrase):
            return True
    return ("每" in phrase or "万人" in phrase[:3]) and _PER_PEOPLE.search(phrase) is not None


def _is_level(clause: Clause, phrase: str) -> bool:
    """Whether wording or thing make the number a total or a yearly statistical amount."""
    quantity = clause.quantity
    if (clause.level and clause.level not in _NEVER_LEVEL) or clause.verb == "保留":
        return True
    so_far = clause.left if clause.own_verb or not clause.lead else clause.lead + clause.verb + clause.left
    if "累计" in so_far and _BUILT_SO_FAR.search(so_far):
        return True
    if quantity.kind == "measure" and _AMOUNT.search(phrase) and not _funds(clause, phrase):
        return not (clause.own_verb and phrase.endswith(("面积", "里程", "规模")))
    if quantity.standard == "person_time" and _VISITORS.search(clause.verb + phrase):
        return True
    if phrase.endswith(("开行", "出栏", "存栏")):
        return True
    if not clause.own_verb and phrase.endswith(_STOCKS):
        return True
    before = quantity.start < quantity.core
    if not clause.own_verb and before and quantity.bound_word in ("突破", "超过", "超", "达"):
        return True
    return quantity.bound_word == "突破" and _RUNS.search(phrase) is not None


def _funds(clause: Clause, phrase: str) -> bool:
    """Whether money is to be won or handed out, rather than a yearly statistical amount."""
    return not _STATISTICAL.search(phrase) and bool(_GIVEN_FUNDS.search(clause.verb))


def sign_values(quantity: Quantity, measure: str, sign: int) -> tuple[float | None, float | None, str]:
    """Both ends and the bound; those of a fall are negative and change places: 下降3%以上 is at most -3."""
    low, high, bound = quantity.value_min, quantity.value_max, quantity.bound
    if sign > 0 or measure not in ("growth", "ratio_change"):
        return low, high, bound
    turned = {"at_least": "at_most", "at_most": "at_least"}
    return None if high is None else -high, None if low is None else -low, turned.get(bound, bound)


@cache
def _tier_sieve() -> Sieve[str]:
    return Sieve({tier: pattern.pattern for tier, pattern in _TIERS})


@lru_cache(maxsize=1 << 13)
def find_tier(text: str) -> str:
    """The level of government that recognises the thing, from the words before its name; empty if none is named."""
    possible = _tier_sieve().sift(text)
    if possible:
        for tier, pattern in _TIERS:
            if tier in possible and pattern.search(text):
                return tier
    return ""


def find_period(clause: Clause, sentence: str, due: int | None, plan_year: int | None, signs_there: Signs) -> str:
    """per_year where the change of a year is meant, cumulative where it is due in a later year, else plan_year.

    The caller has asked `is_per_year` before.
    """
    start, end = clause.start, clause.quantity.start
    if signs.YEARLY_CHANGE in signs_there and signs.YEARLY_CHANGE.search(sentence, start, end):
        return "per_year"
    if due is not None and due != plan_year and (plan_year is not None or _LATER.search(sentence)):
        return "cumulative"
    if signs.OVER_YEARS in signs_there and signs.OVER_YEARS.search(sentence, start, end):
        return "cumulative"
    return "plan_year"


def is_per_year(clause: Clause, sentence: str) -> bool:
    """Whether 每年 stands in the clause, or opens the sentence part that the clause belongs to."""
    end = clause.quantity.start
    if "年均" in sentence and clause.quantity.kind == "counter" and _YEARLY.search(sentence, clause.start, end):
        return True
    at = max(sentence.rfind("每年", 0, end), sentence.rfind("逐年新增", 0, end))
    if at < 0:
        return False
    if at >= clause.start:
        return True
    return not _NEW_SPAN.search(sentence[at:end]) and sentence.count("，", at, end) <= 2


def find_firmness(clause: Clause, sentence: str, signs_there: Signs) -> str:
    """How binding the wording is: the words before the number in its clause, else those that open the sentence."""
    start, quantity = clause.start, clause.quantity
    if signs.ASPIRED in signs_there and signs.ASPIRED.search(sentence, start, quantity.start):
        return "aspired"
    if signs.BINDING in signs_there and signs.BINDING.search(sentence, start, quantity.end):
        return "binding"
    if signs.ASPIRED in signs_there and _OPENS_HOPING.match(sentence, 0, start):
        return "aspired"
    return "planned"
