"""Is a number a commitment? If not, why: one of the closed list of reasons."""

from __future__ import annotations

from compare.quantities import Quantity
from compare.targets import signs
from compare.targets.clauses import Clause
from compare.targets.descriptions import describe_number
from compare.targets.settings import Setting
from compare.targets.signs import Signs

_PLACES = frozenset(("村", "镇", "县", "园", "站", "部", "处", "所"))
_NAMING = frozenset(("村", "镇", "县", "园", "站"))
_ORDERS = ("第", "前", "届", "NO.", "No.")
_IN_DIGITS = frozenset(("arabic", "chinese", "mask"))


def judge_date(quantity: Quantity, before: str) -> str:
    """A span of years (三年) is a plan period, 〔2024〕5号 a reference, every other date a date."""
    if quantity.unit == "号" and before.endswith(("〕", "]", "】", "）")):
        return "reference"
    if quantity.unit in ("年", "周年") and quantity.bound in ("at_least", "at_most"):
        return "threshold"
    top = quantity.value_max
    span = quantity.unit == "年" and top is not None and (top < 100 or quantity.bound == "range")
    return "plan_period" if span else "date"


def is_index(plain: str, quantity: Quantity) -> bool:
    """Whether a number without unit is the value of an index or a coefficient: PUE值控制在1.3以下."""
    ends = quantity.end == len(plain) or plain[quantity.end] in "，；。、）"
    return ends and quantity.numeral == "arabic" and signs.INDEX.search(plain, 0, quantity.start) is not None


def counts_heads(plain: str, quantity: Quantity) -> bool:
    """Whether a number that is written with a magnitude alone counts people: 体检人数达1000万以上."""
    ends = quantity.end == len(plain) or plain[quantity.end] in "，；。、）"
    bare = quantity.unit != "" and quantity.numeral in ("arabic", "mask")
    return bare and ends and signs.HEADS.search(plain, 0, quantity.start) is not None


def judge_alone(plain: str, quantity: Quantity) -> str:
    """Why a number is no target whatever its clause says; an empty string where the clause must tell.

    Parameters
    ----------
    plain : str
        The sentence.
    quantity : Quantity
        A number with a unit.
    """
    if quantity.kind == "ordinal":
        return "ordinal"
    if quantity.numeral == "mask" and quantity.unit in _PLACES:
        return ""
    return _judge_mention(plain, quantity)


def _judge_mention(plain: str, quantity: Quantity) -> str:
    """Whether the number only orders or names, by itself and by what touches it."""
    numeral, unit, core = quantity.numeral, quantity.unit, quantity.core
    if unit == "位" and plain.endswith("后", 0, core):
        return "ordinal"
    if unit == "条" and plain.endswith("第", 0, core):
        return "reference"
    if plain.endswith(_ORDERS, 0, core) and numeral in _IN_DIGITS:
        strives = quantity.standard == "rank" and signs.RANKED.search(plain, 0, quantity.start)
        return "" if strives else "ordinal"
    if _name(plain, quantity.start, quantity.end):
        return "name"
    if numeral == "chinese" and not plain.startswith("级", quantity.end):
        return _judge_indefinite(plain, quantity)
    return ""


def _judge_indefinite(plain: str, quantity: Quantity) -> str:
    if quantity.unit == "批":
        return "indefinite"
    return "name" if quantity.unit in _NAMING or plain.endswith("双", 0, quantity.start) else ""


def judge(
    plain: str, clause: Clause, setting: Setting, signs_there: Signs, *, inherited: bool, plan_year: int | None = None
) -> str:
    """Why a number with a unit is no target; an empty string when it is one.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
        The number in its clause; `judge_alone` has found nothing.
    setting : Setting
        Where the sentence stands.
    signs_there : set of Sign
        Those that can stand in the sentence, from `signs.spot`.
    inherited : bool
        An earlier clause of the sentence gives verb or thing.
    plan_year : int, optional
        What is told of earlier years is past.
    """
    quantity, right = clause.quantity, clause.right
    numeral, kind = quantity.numeral, quantity.kind
    if numeral == "mask" and quantity.unit in _PLACES:
        reason = _judge_mention(plain, quantity) if clause.own_verb else "name"
        if reason:
            return reason
    if numeral == "benchmark":
        return _judge_benchmark(plain, clause, setting, signs_there, inherited)
    if numeral == "round" and not quantity.bound_word:
        return "threshold" if signs.DEFINES.match(right) or right.startswith(("以上", "级")) else "indefinite"
    if numeral == "round" and quantity.bound_word == "以上" and signs.LISTED_THING.match(right):
        return "threshold"
    if right.startswith("级") and kind != "rate":
        return "indefinite"
    if numeral == "chinese":
        reason = _judge_small(plain, clause, signs_there, inherited)
        if reason:
            return reason
    if setting.mode == "review":
        return "past_result"
    if right.endswith("的") and signs.CONDITION.match(right):
        return "threshold"
    if signs.RULES in signs_there and signs.RULES.search(plain):
        return "threshold"
    if _is_reward(plain, clause, signs_there):
        return "reward"
    told = _told(plain, clause, signs_there, plan_year)
    if told:
        return told
    if quantity.standard == "age" and quantity.bound != "exact" and "寿命" not in clause.phrase:
        return "threshold"
    if quantity.standard == "volt" or (quantity.unit in ("分钟", "小时") and signs.LISTED_THING.match(right)):
        return "name"
    if (
        kind == "duration"
        and not (quantity.bound == "at_least" and signs.EVERYONE_OR_YEAR.search(clause.left))
        and not signs.LENGTH_OF_TIME.search(clause.phrase)
        and not signs.SHORTENED.search(clause.level)
    ):
        return "plan_period"
    if _is_past(plain, clause, signs_there, plan_year) or _is_baseline(plain, clause):
        return "past_result"
    reason = describe_number(plain, clause, signs_there)
    if reason:
        return reason
    if kind == "rate" and not clause.after_noun and signs.RATIO_RULE.fullmatch(clause.left):
        return "threshold"
    listed = signs.YEAR_ONLY.fullmatch(clause.left) if clause.left.startswith("20") else None
    if listed:
        return "past_result" if plan_year and int(listed[1]) < plan_year else ""
    if _committed(plain, clause, setting, inherited):
        return ""
    return "existing" if kind == "counter" and signs.STANDING.match(right) else "no_commitment"


def _name(plain: str, start: int, end: int) -> bool:
    """Whether the number stands in a title, or in quotation marks that hold little more than itself."""
    if not ("“" in plain or "《" in plain or '"' in plain or "‘" in plain):
        return False
    for match in signs.QUOTE_SPAN.finditer(plain):
        if match.start() < start and end <= match.end():
            body = match.group()
            if body[0] == "《" or len(body) <= 14 or not signs.BODY_OF_QUOTE.search(body):
                return True
    return False


def _judge_benchmark(plain: str, clause: Clause, setting: Setting, signs_there: Signs, inherited: bool) -> str:
    if setting.mode == "review":
        return "past_result"
    if signs.PAST.search(clause.left) or _told(plain, clause, signs_there, None):
        return "past_result"
    if signs.COMPARED_THINGS.match(clause.right):
        return "threshold"
    if len(clause.phrase) >= 2 or inherited:
        return ""
    return "no_commitment"


def _judge_small(plain: str, clause: Clause, signs_there: Signs, inherited: bool) -> str:
    """Chinese numerals: 一支队伍 and 十大行动 promise no number; 两家 and 四条大道 do."""
    quantity = clause.quantity
    reason = _judge_indefinite(plain, quantity)
    if reason:
        return reason
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
        often = quantity.unit in ("次", "期", "场") and signs.FREQUENCY in signs_there
        if often and signs.FREQUENCY.search(plain[: quantity.start]):
            return "indefinite"
        builds = clause.own_verb and signs.BUILDS.search(clause.verb)
        counted_last = builds and not clause.after_noun and len(clause.phrase) >= 3
        if counted_last and quantity.unit in signs.ONE_OBJECTS and signs.ENDS.match(clause.right):
            return ""
        neighbours = signs.NEIGHBOURS.search(plain, quantity.end)
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
    law = quantity.unit == "条" and signs.LAW.search(clause.left)
    if law or signs.LIST_OF_LAWS.match(clause.right):
        return "name"
    return ""


def _is_past(plain: str, clause: Clause, signs_there: Signs, plan_year: int | None) -> bool:
    """Whether the clause, or the sentence's opening, reports."""
    quantity = clause.quantity
    past = signs.PAST.search(plain[clause.start : quantity.start]) if signs.PAST in signs_there else None
    if past and not (past.group() == "累计完成" and _looks_ahead(plain[: clause.start], plan_year)):
        return True
    if "了" in plain and (
        signs.COMPLETED.match(clause.right)
        or plain.endswith("了", clause.start, quantity.start)
        or "了" in plain[quantity.start : quantity.end]
    ):
        return True
    if plan_year and signs.TELLS_YEAR in signs_there:
        head = plain[: quantity.start]
        told = [*signs.TELLS_YEAR.finditer(head)]
        if told and int(told[-1][1]) < plan_year and not signs.TALKS_OF_NOW.search(head):
            return not signs.TURNS_TO_PLAN.search(head, told[-1].end())
    if signs.OPENS_PAST not in signs_there:
        return False
    head = plain[: quantity.start]
    opened = signs.OPENS_PAST.match(head)
    return opened is not None and "今年" not in head and not signs.TURNS_TO_PLAN.search(head, opened.end() - 1)


def _looks_ahead(before: str, plan_year: int | None) -> bool:
    """Whether a text says by which year to come."""
    ahead = [int(year) for year in signs.BY_YEAR.findall(before)] if "20" in before else []
    return bool(ahead) and ahead[-1] >= (plan_year or ahead[-1] + 1)


def _told(plain: str, clause: Clause, signs_there: Signs, plan_year: int | None) -> str:
    """Whether the sentence up to the number tells of the past or of how things stand."""
    before = plain[: clause.quantity.start]
    boast = signs.TOLD_ANYWHERE.search(plain) if signs.TOLD_ANYWHERE in signs_there else None
    if (
        boast
        and not signs.TURNS_TO_PLAN.search(before, min(boast.end(), len(before)))
        and not signs.HOPES.search(plain, max(0, plain.rfind("，", 0, boast.start())), boast.start())
    ):
        return "past_result"
    if plain.startswith("20") and signs.REPORTS_GROWTH.match(plain) and not signs.HOPES.search(plain):
        return "past_result"
    for sign, reason in ((signs.STATE_NOW, "existing"), (signs.TOLD_BEFORE, "past_result")):
        if sign in signs_there:
            looked_at = before if sign is signs.STATE_NOW else plain
            ends = [match.end() for match in sign.finditer(looked_at) if match.end() <= len(before)]
            if ends and not signs.TURNS_TO_PLAN.search(before, ends[-1]) and not _looks_ahead(before, plan_year):
                return reason
    return ""


def _is_baseline(plain: str, clause: Clause) -> bool:
    """Whether the number is where a change starts from: 由2020年的45%提高到48%."""
    quantity = clause.quantity
    changes = signs.TO.match(plain, quantity.end)
    return changes is not None and signs.FROM.search(plain[clause.start : quantity.start]) is not None


def _is_reward(plain: str, clause: Clause, signs_there: Signs) -> bool:
    """Whether the number is the size of a grant or rate that a rule gives."""
    quantity, left = clause.quantity, clause.left
    standard = quantity.standard
    granted = standard in ("CNY", "percent") or clause.right.startswith(("元", "的奖"))
    if not granted and signs.TAX not in signs_there:
        return False
    if quantity.bound == "at_least" and clause.phrase.endswith("资金") and not signs.PAID.search(left):
        return False
    committed = clause.level or clause.change or quantity.bound == "at_least"
    if committed and clause.phrase.endswith(signs.STANDARDS):
        return False
    if signs.RATE_OF_RULE in signs_there:
        around = plain[clause.start : quantity.start]
        if signs.RATE_OF_RULE.search(around) and signs.RAISED.search(around):
            return False
    if signs.TAX in signs_there and quantity.kind != "counter" and signs.TAX.search(left):
        return not (standard == "CNY" and clause.level and clause.phrase.endswith(("额", "规模")))
    if clause.level and signs.POOL.search(clause.phrase):
        return False
    if not granted:
        return False
    if signs.REWARD_AFTER in signs_there and signs.REWARD_AFTER.match(clause.right):
        return True
    won = signs.GRANT_OBJECT in signs_there and signs.GRANT_OBJECT.search(left)
    if (
        standard in ("CNY", "percent")
        and not clause.change
        and not clause.level
        and signs.GRANTS in signs_there
        and not (clause.own_verb and won)
        and signs.GRANTS.search(plain)
        and not _stands_apart(plain, clause)
        and not signs.COMMITS.search(left)
    ):
        return True
    money = standard == "CNY"
    if money and signs.PER_ITEM in signs_there and signs.PER_ITEM.search(plain[clause.start : quantity.start]):
        return True
    if left.endswith(("最高", "最多", "上限")):
        return True
    if money and not clause.own_verb and signs.GIVEN in signs_there and signs.GIVEN.search(plain[: clause.start]):
        return True
    if signs.REWARD not in signs_there or not signs.REWARD.search(left):
        return money and quantity.bound_word in ("最高", "最多", "至多")
    return not (won and not signs.PAID.search(left))


def _stands_apart(plain: str, clause: Clause) -> bool:
    """Whether a clause sets a bound to a thing of its own, and the rule of a grant stands elsewhere in the sentence."""
    quantity = clause.quantity
    totals = quantity.bound == "at_least" and clause.phrase.endswith(("额", "规模", "余额", "总量"))
    bound = (quantity.bound_word.startswith("不") or totals) and len(clause.phrase) >= 4
    if not bound or clause.phrase.endswith(("标准", "额度", "金额", "资助")):
        return False
    return not signs.GRANTS.search(plain, clause.start, clause.end)


def _committed(plain: str, clause: Clause, setting: Setting, inherited: bool) -> bool:
    """Whether verb, level, change or place promise the number."""
    quantity = clause.quantity
    if clause.own_verb or clause.level or clause.change or clause.whereof or quantity.numeral == "doubling":
        return True
    if quantity.is_percent and signs.SHARE_DONE.match(clause.right):
        return True
    if quantity.kind == "counter" and signs.PER_SO_MANY.match(plain, clause.start, quantity.start):
        return True
    if signs.STRIVES.search(clause.lead) and (len(clause.phrase) >= 2 or inherited):
        return True
    if clause.inherits and signs.STRIVES.search(clause.lead) and signs.WON_BEFORE.search(plain, 0, clause.start):
        return True
    if (quantity.is_percent and signs.RATE_NOUN.search(clause.phrase)) or signs.STOCK_NOUN.search(clause.phrase):
        return True
    if "每" in clause.left and quantity.kind != "measure" and signs.EVERYONE.search(clause.left):
        if quantity.bound == "at_most":
            return False
        if signs.DUTY.search(clause.left):
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
    if clause.inherits and signs.SHARED_OUT.search(plain, clause.start, quantity.start):
        return inherited or signs.LIST_BEFORE.search(plain, 0, clause.start) is not None
    return clause.bracketed and clause.inherits and inherited
