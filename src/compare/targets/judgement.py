"""Is a number a commitment? If not, why: one of the closed list of reasons."""

from __future__ import annotations

import re

from compare.quantities import Quantity
from compare.targets import signs
from compare.targets.clauses import Clause
from compare.targets.descriptions import describe_number
from compare.targets.settings import Setting


def judge_date(quantity: Quantity, before: str) -> str:
    """A span of years (三年) is a plan period, 〔2024〕5号 a reference, every other date a date."""
    if quantity.unit == "号" and before.endswith(("〕", "]", "】", "）")):
        return "reference"
    if quantity.unit in ("年", "周年") and quantity.bound in ("at_least", "at_most"):
        return "threshold"
    top = quantity.value_max
    span = quantity.unit == "年" and top is not None and (top < 100 or quantity.bound == "range")
    return "plan_period" if span else "date"


def judge(plain: str, clause: Clause, setting: Setting, *, inherited: bool, plan_year: int | None = None) -> str:
    """Why a number with a unit is no target; an empty string when it is one.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
        The number in its clause.
    setting : Setting
        Where the sentence stands.
    inherited : bool
        An earlier clause of the sentence gives verb or thing.
    plan_year : int, optional
        What is told of earlier years is past.
    """
    quantity = clause.quantity
    before = plain[: quantity.core]
    if quantity.kind == "ordinal":
        return "ordinal"
    if (
        quantity.numeral == "mask"
        and quantity.unit in ("村", "镇", "县", "园", "站", "部", "处", "所")
        and not clause.own_verb
    ):
        return "name"
    if quantity.unit == "位" and before.endswith("后"):
        return "ordinal"
    if quantity.unit == "条" and before.endswith("第"):
        return "reference"
    if before.endswith(("第", "前", "届", "NO.", "No.")) and quantity.numeral in ("arabic", "chinese", "mask"):
        return "ordinal"
    named = _name(plain, quantity.start, quantity.end)
    if named:
        return "name"
    if quantity.numeral == "benchmark":
        return _judge_benchmark(plain, clause, setting, inherited)
    if quantity.numeral == "round" and not quantity.bound_word:
        return (
            "threshold"
            if signs.DEFINES.match(clause.right) or clause.right.startswith(("以上", "级"))
            else "indefinite"
        )
    if quantity.numeral == "round" and quantity.bound_word == "以上" and signs.LISTED_THING.match(clause.right):
        return "threshold"
    if clause.right.startswith("级") and quantity.kind != "rate":
        return "indefinite"
    if quantity.numeral == "chinese":
        reason = _judge_small(plain, clause, inherited)
        if reason:
            return reason
    if setting.mode == "review":
        return "past_result"
    if signs.RULES.search(plain) or signs.CONDITION.match(clause.right):
        return "threshold"
    if _is_reward(plain, clause):
        return "reward"
    told = _told(plain, clause)
    if told:
        return told
    if quantity.standard == "age" and quantity.bound != "exact" and "寿命" not in clause.phrase:
        return "threshold"
    if quantity.standard == "volt" or (quantity.unit in ("分钟", "小时") and signs.LISTED_THING.match(clause.right)):
        return "name"
    if (
        quantity.kind == "duration"
        and not re.search(r"(?:天数|时长|时间|寿命|年限)(?:达到|达|提高到)?$", clause.phrase)
        and not re.search(r"(?:缩短|压缩|压减|控制|减少|降)(?:到|至|在)", clause.level)
    ):
        return "plan_period"
    if _is_past(plain, clause, plan_year) or _is_baseline(plain, clause):
        return "past_result"
    reason = describe_number(plain, clause)
    if reason:
        return reason
    if not clause.after_noun and signs.RATIO_RULE.fullmatch(clause.left) and quantity.is_percent:
        return "threshold"
    listed = signs.YEAR_ONLY.fullmatch(clause.left)
    if listed:
        return "past_result" if plan_year and int(listed[1]) < plan_year else ""
    if _committed(plain, clause, setting, inherited):
        return ""
    return "existing" if quantity.kind == "counter" and signs.STANDING.match(clause.right) else "no_commitment"


def _name(plain: str, start: int, end: int) -> bool:
    """Whether the number stands in a title, or in quotation marks that hold little more than itself."""
    for match in signs.QUOTE_SPAN.finditer(plain):
        if match.start() < start and end <= match.end():
            body = match.group()
            if body[0] == "《" or len(body) <= 14 or not re.search(r"[，。；]|达到|以上|左右", body):
                return True
    return False


def _judge_benchmark(plain: str, clause: Clause, setting: Setting, inherited: bool) -> str:
    if setting.mode == "review":
        return "past_result"
    if signs.PAST.search(clause.left) or _told(plain, clause):
        return "past_result"
    if re.match(r"的?(?:企业|地区|单位|项目|行业|部分)", clause.right):
        return "threshold"
    if len(clause.phrase) >= 2 or inherited:
        return ""
    return "no_commitment"


def _judge_small(plain: str, clause: Clause, inherited: bool) -> str:
    """Chinese numerals: 一支队伍 and 十大行动 promise no number; 两家 and 四条大道 do."""
    quantity = clause.quantity
    if quantity.unit in ("村", "镇", "县", "园", "站", "批") or plain[: quantity.start].endswith("双"):
        return "indefinite" if quantity.unit == "批" else "name"
    if quantity.unit == "期" and plain[quantity.core] != "两" and clause.verb not in ("举办", "开展", "组织"):
        return "ordinal"
    if (
        clause.phrase
        and not clause.after_noun
        and not clause.own_verb
        and not clause.level
        and signs.LISTED_THING.match(clause.right)
    ):
        return "existing"
    if quantity.value_min == 1 and quantity.value_max == 1 and quantity.numeral == "chinese":
        if signs.FREQUENCY.search(plain[: quantity.start]) and quantity.unit in ("次", "期", "场"):
            return "indefinite"
        builds = clause.own_verb and signs.BUILDS.search(clause.verb)
        counted_last = builds and not clause.after_noun and len(clause.phrase) >= 3
        if counted_last and quantity.unit in signs.ONE_OBJECTS and signs.ENDS.match(clause.right):
            return ""
        neighbours = re.findall(r"[、，]([二两三四五六七八九十]|\d+)[个家座条所处项支]", plain[quantity.end :])
        if clause.own_verb and signs.BUILDS.search(clause.verb) and quantity.unit in signs.ONE_OBJECTS and neighbours:
            return ""
        if inherited and neighbours and quantity.unit in signs.ONE_OBJECTS and clause.start > 0:
            return ""
        if (
            clause.own_verb
            and clause.verb in ("新增", "新建", "新认定", "引进", "举办", "承办", "获批", "建成")
            and quantity.unit in ("家", "座", "所", "处", "场", "次")
        ):
            return ""
        return "indefinite"
    if signs.ASPECTS.match(clause.right) or quantity.unit in ("类", "种", "方面", "大"):
        return "existing"
    law = quantity.unit == "条" and re.search(r"(?:办法|规定|意见|条例|措施|细则|政策)$", clause.left)
    if law or signs.LIST_OF_LAWS.match(clause.right):
        return "name"
    return ""


def _is_past(plain: str, clause: Clause, plan_year: int | None) -> bool:
    """Whether the clause, or the sentence's opening, reports."""
    around = plain[clause.start : clause.quantity.start]
    if signs.PAST.search(around):
        return True
    number = plain[clause.quantity.start : clause.quantity.end]
    if re.match(r"(?:增长|提高|下降)?了", clause.right) or around.endswith("了") or "了" in number:
        return True
    head = plain[: clause.quantity.start]
    years = [int(y) for y in signs.TELLS_YEAR.findall(head)]
    if plan_year and years and years[-1] < plan_year and not re.search(r"今年|到20\d\d年|比20\d\d年|较20\d\d年", head):
        return True
    return bool(re.match(r"(?:截至|截止|去年|上年|20\d\d年以来|过去)[^，。]{0,20}，", head)) and "今年" not in head


def _told(plain: str, clause: Clause) -> str:
    """Whether the sentence up to the number tells of the past or of how things stand."""
    before = plain[: clause.quantity.start]
    boast = signs.TOLD_ANYWHERE.search(plain)
    if boast and not signs.TURNS_TO_PLAN.search(before, min(boast.end(), len(before))):
        return "past_result"
    if signs.REPORTS_GROWTH.match(plain) and not signs.HOPES.search(plain):
        return "past_result"
    for pattern, reason in ((signs.STATE_NOW, "existing"), (signs.TOLD_BEFORE, "past_result")):
        ends = [match.end() for match in pattern.finditer(before)]
        if ends and not signs.TURNS_TO_PLAN.search(before, ends[-1]):
            return reason
    return ""


def _is_baseline(plain: str, clause: Clause) -> bool:
    """Whether the number is where a change starts from: 由2020年的45%提高到48%."""
    quantity = clause.quantity
    before, after = plain[clause.start : quantity.start], plain[quantity.end :]
    return bool(signs.FROM.search(before) and signs.TO.match(after))


def _is_reward(plain: str, clause: Clause) -> bool:
    """Whether the number is the size of a grant or rate that a rule gives."""
    quantity = clause.quantity
    if signs.STANDARD.search(clause.phrase) and (clause.level or clause.change or quantity.bound == "at_least"):
        return False
    around = plain[clause.start : quantity.start]
    if re.search(r"标准|定额", around) and re.search(r"提高到|提高至|达到|不低于|调整到", around):
        return False
    if re.search(r"加计扣除|税率", clause.left):
        return True
    if clause.level and signs.POOL.search(clause.phrase):
        return False
    if quantity.standard not in ("CNY", "percent") and not clause.right.startswith(("元", "的奖")):
        return False
    if signs.REWARD_AFTER.match(clause.right):
        return True
    if (
        (
            quantity.standard in ("CNY", "percent")
            and not (clause.own_verb and signs.GRANT_OBJECT.search(clause.left))
            and not clause.change
        )
        and signs.GRANTS.search(plain)
        and not clause.level
        and not signs.COMMITS.search(clause.left)
    ):
        return True
    if quantity.standard == "CNY" and signs.PER_ITEM.search(plain[clause.start : quantity.start]):
        return True
    if clause.left.endswith(("最高", "最多", "上限")) or (
        quantity.standard == "CNY"
        and not clause.own_verb
        and re.search(r"给予[^。；]*(?:补助|奖励|补贴|资助|支持)", plain[: clause.start])
    ):
        return True
    words = list(signs.REWARD.finditer(clause.left))
    if not words:
        return quantity.bound_word in ("最高", "最多", "至多") and quantity.standard == "CNY"
    return not (signs.GRANT_OBJECT.search(clause.left) and not re.search(r"给予|一次性|每家|每人|按|最高", clause.left))


def _committed(plain: str, clause: Clause, setting: Setting, inherited: bool) -> bool:
    """Whether verb, level, change or place promise the number."""
    quantity = clause.quantity
    if clause.own_verb or clause.level or clause.change or clause.whereof or quantity.numeral == "doubling":
        return True
    if re.search(r"力争|确保|争取|计划", clause.lead) and (len(clause.phrase) >= 2 or inherited):
        return True
    if (quantity.is_percent and signs.RATE_NOUN.search(clause.phrase)) or signs.STOCK_NOUN.search(clause.phrase):
        return True
    if clause.after_noun:
        helped = signs.FOR_WHOM.search(clause.left) and signs.SERVES.search(clause.right)
        return bool(clause.verb) or inherited or bool(helped)
    if quantity.bound in ("at_least", "at_most", "about", "range") and (len(clause.phrase) >= 2 or inherited):
        return True
    if len(clause.phrase) >= 2 and (clause.verb or inherited or setting.headline or quantity.masked):
        return True
    if setting.in_section and len(clause.phrase) >= 3 and quantity.kind == "counter" and signs.ENDS.match(clause.right):
        return True
    if inherited and clause.inherits and re.search(r"分别|均|各", plain[clause.start : quantity.start]):
        return True
    return clause.bracketed and clause.inherits and inherited
