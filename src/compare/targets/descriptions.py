"""Numbers that only describe: which things are meant, how large a named project is, what stands already."""

from __future__ import annotations

from compare.targets import signs
from compare.targets.clauses import Clause
from compare.targets.signs import Signs


def describe_number(plain: str, clause: Clause, signs_there: Signs) -> str:
    """Why a number describes and does not promise: threshold, project_size, existing, name; empty if it does not.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
        The number in its clause.
    signs_there : set of Sign
        Those that can stand in the sentence.
    """
    if clause.right.startswith(("改革开放", "会议")):
        return "name"
    if _sets_threshold(clause, signs_there):
        return "threshold"
    if clause.quantity.is_percent and signs.DEDUCTED.match(clause.right):
        return "threshold"
    if clause.left.startswith("的") and clause.level and clause.quantity.kind in ("rate", "measure"):
        return "threshold"
    if "组成" in clause.right[:10] and clause.left.endswith("由"):
        return "threshold"
    if clause.right.startswith("组成") and "由" in clause.left:
        return "threshold"
    if _sizes_project(plain, clause, signs_there):
        return "project_size"
    if _stands_already(plain, clause, signs_there):
        return "existing"
    return ""


def _before(plain: str, clause: Clause) -> str:
    """What stands before the number in its own part of the clause."""
    return clause.left or plain[clause.start : clause.quantity.start]


def _is_followed(clause: Clause) -> bool:
    """Whether a thing is named right after the number."""
    return bool(signs.LISTED_THING.match(clause.right)) and not signs.GOES_ON.match(clause.right)


def _sets_threshold(clause: Clause, signs_there: Signs) -> bool:
    """Whether the number says which things are meant: 营业收入2000万元以上的企业."""
    quantity, right, after_noun = clause.quantity, clause.right, clause.after_noun
    measured = quantity.kind in ("measure", "rate")
    bounded = quantity.bound in ("at_least", "at_most")
    of_that = right.startswith("的")
    if quantity.is_percent and of_that and not clause.left and signs.SHARE_DONE.match(right):
        return False
    if measured and of_that and (signs.DEFINES.match(right) or signs.COUNTED_NEXT.match(right)):
        return quantity.bound != "exact" or not _is_sized(clause, signs_there)
    if quantity.standard in ("CNY", "USD") and signs.COUNTED_CLASS.match(right):
        return True
    if clause.bracketed and not clause.left and not right and not clause.whereof:
        return True
    if clause.left.endswith("有") and signs.OWNERS.match(right):
        return True
    if "的" in clause.left[-5:] and signs.RAISED_FOR.search(clause.left):
        return True
    if bounded:
        if "死亡" in clause.left and signs.OF_ACCIDENT.search(clause.left):
            return True
        if quantity.standard == "person" and after_noun and signs.EVENTS_NEXT.match(right):
            return True
        if of_that and clause.phrase and not after_noun and not clause.level:
            return True
        if quantity.kind == "measure" and right[:1].isdigit():
            return True
        if after_noun and signs.NEXT_NUMBER.match(right):
            return True
        if after_noun and quantity.bound == "at_most" and quantity.kind == "measure":
            return True
        described = clause.phrase and not after_noun and not clause.level and quantity.kind == "measure"
        if described and (_is_followed(clause) or signs.FURTHER_CONDITION.match(right)):
            return True
    if not measured:
        return False
    if signs.THRESHOLD in signs_there and signs.THRESHOLD.search(clause.left) and signs.DEFINES.match(right):
        return True
    money = quantity.standard in ("CNY", "USD") and (bounded or of_that)
    return money and signs.DEFINES.match(right) is not None and not _is_sized(clause, signs_there)


def _is_sized(clause: Clause, signs_there: Signs) -> bool:
    """Whether the number is an attribute of a thing: 总投资, 占地."""
    return signs.ATTRIBUTE in signs_there and signs.ATTRIBUTE.search(clause.left) is not None


def _sizes_project(plain: str, clause: Clause, signs_there: Signs) -> bool:
    """Whether the number is the investment, area or capacity of a named project: 总投资10亿元的项目."""
    quantity = clause.quantity
    if quantity.kind not in ("measure", "rate"):
        return False
    own = _before(plain, clause)
    if signs.NEW_CAPACITY in signs_there and signs.NEW_CAPACITY.search(own):
        return False
    attribute = signs.ATTRIBUTE.search(own) if signs.ATTRIBUTE in signs_there else None
    if attribute:
        promised = clause.level or own.startswith(("实现", "达到"))
        hoped = attribute.group().startswith("年产值") and (
            promised or signs.STRIVES.search(plain, clause.start, quantity.start)
        )
        if hoped and clause.right[:1] in ("", "、"):
            return False
        leads = attribute.start() <= clause.phrase_start - clause.segment if clause.left else attribute.start() == 0
        delivers = clause.own_verb and clause.verb not in signs.P.words["attributes"]
        yearly = signs.OF_THE_YEAR.search(own) is not None
        spent = attribute.group().startswith("投资") and (clause.level or delivers or yearly)
        if clause.right.startswith("的") or (leads and not spent):
            return True
    if quantity.kind != "measure" or quantity.standard in ("CNY", "USD"):
        return False
    if signs.CAPACITY in signs_there and signs.CAPACITY.search(own):
        return True
    if quantity.bound == "exact" and not clause.after_noun and _is_followed(clause):
        lost_break = clause.own_verb and signs.NEXT_CLAUSE.match(clause.right)
        if not lost_break:
            return not signs.STUDIES.match(clause.right)
    if not clause.after_noun or clause.right.startswith("的") or not signs.PROJECT.match(clause.right):
        return False
    return not (clause.own_verb and signs.WORKS.search(clause.right))


def _stands_already(plain: str, clause: Clause, signs_there: Signs) -> bool:
    """Whether the number counts things that are there: 围绕12条产业链, 全县14个乡镇."""
    quantity = clause.quantity
    if clause.whereof:
        return False
    if quantity.kind == "measure":
        return signs.STUDIES in signs_there and signs.STUDIES.match(clause.right) is not None
    around = plain[clause.start : quantity.start]
    if clause.after_noun and (signs.WEAK_CONTEXT.match(around) or _in_context(clause)):
        return True
    if quantity.kind != "counter":
        return False
    opens = quantity.numeral == "arabic" and clause.start == quantity.start and not clause.verb
    if clause.after_noun and not clause.left and opens:
        return True
    if clause.after_noun and signs.OF_INDICATORS.match(clause.right):
        return True
    described = clause.left.endswith("的") and not ("具有" in clause.left and not clause.right)
    if described or signs.ASPECTS.match(clause.right):
        return True
    if (quantity.standard != "rank" and "在全" in clause.left and signs.AMONG_ALL.search(clause.left)) or (
        "底数" in clause.right and signs.OF_KNOWN.match(clause.right)
    ):
        return True
    if "全覆盖" in clause.right and signs.COVERS_ALL.match(clause.right):
        return True
    if _in_context(clause) and not clause.level and quantity.bound == "exact":
        return True
    if signs.ALL_OF_THEM.search(clause.left) and signs.STANDING.match(clause.right):
        return True
    standing = not clause.level or clause.left.endswith(("现有", "已有", "原有"))
    if signs.EXISTING_BEFORE in signs_there and standing and signs.EXISTING_BEFORE.search(around):
        return True
    if quantity.bound != "exact":
        return False
    if clause.after_noun:
        delivers = clause.own_verb and clause.left.endswith(clause.verb)
        return "、" in clause.left and not delivers
    delivers = clause.own_verb and not _in_context(clause)
    return clause.left.endswith("等") and not delivers


def _in_context(clause: Clause) -> bool:
    """Whether the verb takes what is there for its object: 围绕, 依托."""
    return clause.own_verb and clause.verb in signs.P.words["context"]
