"""What a sentence inherits from where it stands: review or plan, overall objectives, and the year things are due."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from compare.structure import Document, Sentence

_YEAR = re.compile(r"(?<![\d到至])(20\d\d)(?:年|—|-)")
_PLAN_HEADING = re.compile(
    r"(?:20\d\d年|今年|明年|今后|下一步|下步|下阶段|未来|新一年|当前)[^，。]{0,16}(?:工作|安排|任务|"
    r"重点|打算|思路|目标|计划|部署|举措)"
    r"|^[（一二三四五六七八九十）、\d.]*(?:总体(?:要求|思路|目标)|主要目标|工作目标|目标任务|预期目标|"
    r"重点(?:任务|工作)|主要(?:任务|工作)|工作(?:重点|安排|打算|思路|举措)|指导思想)"
)
_REVIEW_HEADING = re.compile(
    r"回顾|工作(?:总结|完成情况|开展情况)|完成情况|主要(?:成效|成绩|做法)|取得(?:的)?(?:成效|成绩|"
    r"进展)|基本情况|(?:发展|现实|工作|产业)(?:现状|基础|成就|环境|背景)|现状|(?:存在|"
    r"面临)[^，。]{0,8}(?:问题|困难|形势|挑战)|形势分析"
    r"|(?:20\d\d年|过去|去年|上年|上半年|一年来)[^，。]{0,12}(?:情况|成效|成绩|进展|总结|回顾)"
)
_SURE_REVIEW = re.compile(
    r"回顾|小结|总结(?!和)|情况[。：]?$|完成情况|过去[^，。]{0,3}年|存在的?[^，。]{0,8}(?:问题|困难|不足)"
    r"|(?:主要|(?<!提升)(?<!提高)(?<!增强)(?<!务求)工作)(?:工作)?(?:成效|成绩|亮点|进展|做法)[。：]?$"
)
_DOES = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.]+)?(?:着力|全力|持续|进一步)?"
    r"(?:夯实|打牢|筑牢|厚植|强化|做好|完善|加强|巩固|提升|优化|改善|推进|建强)|基础再造"
)
_ENDS_AS_REPORT = re.compile(r"(?:情况|回顾)[。：]?$")
_PLANS = re.compile(r"计划|安排|打算|思路|要点|部署|目标|举措|方案|规划")
_WORK = re.compile(r"(?:重点|主要)(?:工作|任务)|保障措施")
_PAST_TELLING = re.compile(
    r"过去(?:的)?(?:一年|五年|几年)|一年来|五年来|(?:取得|迈出|呈现|"
    r"实现)(?:了)?[^，。]{0,8}(?:新(?:进展|成效|成绩|突破|提升)|明显(?:成效|进展)|显著成[效绩])|"
    r"成绩来之不易|各位代表|(?:全年|累计|共)(?:完成|实现|新增|办结|争取)|圆满完成"
)
_OBJECTIVES = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[、.）)]+)?(?:[^，。；]{0,10}目标(?:任务|要求|定位|"
    r"指标)?|总体(?:要求|思路|考虑|目标)[^，。；]{0,8}|[^，。；]{0,8}(?:要求|思路)(?:和|与|"
    r"及)[^，。；]{0,4}目标|指导思想(?:和|与|及)[^，。；]{0,6}目标)[。：]?$"
)
_TASKS_TOO = re.compile(r"重点(?!目标)|举措|措施")
_OBJECTIVES_LEAD = re.compile(
    r"(?:总体|主要|预期|工作|发展|奋斗|年度|具体|总的|主要预期|约束性)(?:奋斗)?(?:目标|"
    r"指标)(?:任务)?(?:是|为|如下|有)?[：，]?"
)
_DUE = re.compile(
    r"(?:(?P<by>(?:力争|确保|争取|计划|预计|展望)?(?:到|至|截至|在|于)|力争|确保|争取|展望|其中)?"
    r"(?P<year>20\d\d)年(?:年?底|年?末|年末)?(?:以?前|内)?"
    r"|(?P<by5>到|至|在)?[“\"]?十(?P<five>[三四五六])五[”\"]?(?:规划)?(?P<span>期间|时期|末|期末|规划期末)(?:内)?)"
)
# What each match of it holds, and how far before that it may begin.
_NAMED_YEAR = re.compile(r"20\d\d年|十[三四五六]五")
_BEFORE_YEAR = len("力争截至")
_LEAD_IN = len("力争到2025年底前，")  # a year that stands so near the start holds for what follows after ；
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,20}(?:局|厅|委员会|政府|办公室|领导小组)")
_NOT_ADVERBIAL = re.compile(
    r"是|作为|为[^，。]{0,6}年|[—至~-]|全[市省县区]|以来|度工作|版|《|[^，。]{0,6}(?:工作要点|"
    r"行动计划|规划|召开)|列|起|[^，。、达到实现]{0,12}(?:的总体要求|工作的)"
)
_NO_TIME = re.compile(r"是|作为|[—至~-]20")
_NAMES_A_THING = re.compile(r"(?!力争|争取)[^，。]{0,14}(?:会议|精神|文件|活动周|大会|总结)")
_SPEAKS_OF_PLAN = re.compile(
    r"工作(?:要点|计划|安排|思路|部署|总体|方案|报告)|行动计划|行动方案|实施方案|规划|目标(?:是|为|：)|"
    r"是[^，。]{0,30}(?:之年|一年)"
)
_VERB_NEXT = re.compile(
    r"(?:力争|确保|争取|要|将|预计)?(?:达到|达|实现|突破|超过|完成|新增|提高到|提升到|提高至|提升至|"
    r"增加到|下降到|降至|控制在|不低于)"
)
_HEADING_YEAR = re.compile(
    r"(20\d\d)年(?:[^，。0-9]{0,4})(?:目标|远景|任务|工作|重点|安排)|[“\"]?十([三四五六])五[”\"]?(?:时期|"
    r"期间|末)?[^，。]{0,4}目标"
)
_AIMS = re.compile(r"^【[^】]{0,6}目标(?:任务)?】|目标(?:任务)?(?:是|为|如下)?[：，]|目标是|目标为")
_OPENING_YEAR = re.compile(r"(?:（[一二三四五六七八九十]+）|\d+[.、])?(?:回顾)?(20\d\d)年(?:度|全年|以来)?，")
_LONGEST_OPENING = 12
_REPORT = re.compile(r"工作总结|述职|(?:完成|进展|落实)情况|年度?总结$")
_TURNS_TO_PLAN = re.compile(
    r"今年|明年|下一步|力争|确保|今后|到20\d\d年|[，；。]20\d\d年[，度]|"
    r"(?:(?<![\u4e00-\u9fff])|(?<=[年月度季市县区省局]))计划"
)
_REVIEW_AND_PLAN = re.compile(r"总结|(?:情况|回顾)[^，。]{0,24}(?:计划|打算|思路|安排|要点|草案)")
_KNOWN_HEADINGS = 1 << 12
_FIVE_YEARS = {"三": 2020, "四": 2025, "五": 2030, "六": 2035}


class Setting(NamedTuple):
    """What holds for all of a sentence: `mode` is plan or review, `year` is due where the sentence itself is silent."""

    mode: str
    headline: bool
    year: int | None
    in_section: bool = False


def infer_plan_year(document: Document) -> int | None:
    """The year a plan is for, from its title or its planning headings."""
    for text in _name_plan(document):
        years = [int(y) for y in _YEAR.findall(text)]
        if years:
            return choose_year(text, years)
    return None


def choose_year(text: str, years: Sequence[int]) -> int:
    """Of the years that a title or heading names, at least one, that of the plan.

    Examples
    --------
    >>> choose_year("2022年工作总结和2023年工作计划", [2022, 2023])
    2023
    >>> choose_year("三年行动计划（2023—2025年）", [2023, 2025])
    2023
    """
    return max(years) if _REVIEW_AND_PLAN.search(text) else years[0]


def _name_plan(document: Document) -> Iterator[str]:
    """The texts that may say which year a plan is for, the surest first."""
    yield document.title
    for sentence in document.sentences:
        if sentence.is_heading and _PLAN_HEADING.search(sentence.plain):
            yield sentence.plain
    for sentence in document.sentences[:3]:
        if _SPEAKS_OF_PLAN.search(sentence.plain):
            yield sentence.plain


def read_settings(document: Document, plan_year: int | None) -> list[Setting]:
    """One setting for each sentence of a document."""
    sentences = document.sentences
    start = _plan_start(sentences)
    first_section = next((s.n for s in sentences if s.level in (1, 2) and s.n > start and not _is_issuer(s.plain)), 0)
    last_opening = _last_opening(sentences, first_section)
    settings: list[Setting] = []
    review_level = 0
    carried: tuple[int, tuple[str, ...]] | None = None
    inner: tuple[int, tuple[str, ...]] | None = None
    chained: int | None = None
    paragraph_year: tuple[int, int] | None = None
    told_paragraph = lead_paragraph = dashed = 0
    lead_year: int | None = None
    reviews = _reviews_a_year(document.title)
    objectives_paragraph = 0
    known_path: tuple[str, ...] | None = None
    path_names_objectives, path_year = False, None
    for n, _, _, _, plain, path, _, paragraph, is_heading, level, _ in sentences:
        if path is not known_path:
            known_path = path
            path_names_objectives, path_year = _names_objectives(path[:2]), _path_year(path)
        objectives, year = path_names_objectives, path_year
        if is_heading:
            if review_level and level <= review_level:
                review_level = 0
            if not review_level and _is_review(plain, plan_year):
                review_level = level
            if level in (1, 2) and _is_of_objectives(plain):
                objectives = True
            year = _heading_year(plain) or path_year
        opens_with = _opening_year(plain) if plan_year else None
        if opens_with and plan_year and opens_with < plan_year:
            told_paragraph = paragraph
        if paragraph == told_paragraph and (_TURNS_TO_PLAN.search(plain) or opens_with == plan_year):
            told_paragraph = 0
        if reviews and is_heading and _PLAN_HEADING.search(plain) and not _is_review(plain, plan_year):
            reviews = False
        past = reviews or n <= start or review_level or paragraph == told_paragraph
        mode = "review" if past else "plan"
        if "目标" in plain and _AIMS.search(plain) and _OBJECTIVES_LEAD.search(plain):
            objectives_paragraph = paragraph
        headline = (
            objectives
            or paragraph == objectives_paragraph
            or (
                start == 0
                and n < first_section
                and not is_heading
                and all(map(_is_issuer, path))
                and last_opening == paragraph
            )
        )
        if year == plan_year:
            year = None
        own = due_years(plain, plan_year) if "五" in plain or "20" in plain else None
        if own and (objectives or plain.endswith("：")):
            explicit = [y for _, y, by in own if by or y != plan_year]
            if explicit:
                if carried and carried[1] and carried[1] == path[:1] and len(path) > 1:
                    inner = (explicit[-1], path[:2])
                else:
                    carried, inner = (explicit[-1], path[:2]), None
        elif is_heading and carried and level in (1, 2) and len(carried[1]) >= level:
            carried = None
        if year is None and inner and path[: len(inner[1])] == inner[1]:
            year = inner[0]
        if year is None and carried and path[: len(carried[1])] == carried[1]:
            year = carried[0]
        if year is None and paragraph_year and paragraph_year[0] == paragraph:
            year = paragraph_year[1]
        if plain.startswith("—"):
            dashed = paragraph
        elif is_heading or paragraph not in (lead_paragraph, dashed):
            opens = own and own[0][2] and own[0][0] <= _LEAD_IN and not is_heading
            lead_paragraph, lead_year = paragraph, own[0][1] if own and opens else None
        if year is None and paragraph == dashed:
            year = lead_year
        if year is None:
            year = chained
        if not plain.endswith("；"):
            chained = None
        elif own and own[0][0] <= _LEAD_IN:
            chained = own[0][1]
        if own and headline and plain.endswith("；"):
            paragraph_year = (paragraph, own[-1][1])
        elif own and own[0][0] <= plain.rfind("："):
            paragraph_year = (paragraph, own[0][1])
        settings.append(Setting(mode, headline and mode == "plan", year, bool(path)))
    return settings


def _reviews_a_year(title: str) -> bool:
    """Whether a title announces a report of what was done and no plan: 2022年工作总结, 述职报告."""
    return _REPORT.search(title) is not None and not _PLANS.search(title)


def _opening_year(plain: str) -> int | None:
    """The year that a sentence begins with: 2022年，新增…；增长…。"""
    opened = _OPENING_YEAR.match(plain) if "20" in plain[:_LONGEST_OPENING] else None
    return int(opened[1]) if opened else None


@lru_cache(maxsize=_KNOWN_HEADINGS)
def _names_objectives(path: tuple[str, ...]) -> bool:
    """Whether a section states the plan's aims."""
    return any(map(_is_of_objectives, path)) and not _is_work(path)


def _is_of_objectives(title: str) -> bool:
    named = ("目标" in title or "总体" in title) and _OBJECTIVES.search(title) is not None
    return named and _TASKS_TOO.search(title) is None


@lru_cache(maxsize=_KNOWN_HEADINGS)
def _is_review(heading: str, plan_year: int | None) -> bool:
    """Whether a heading opens a part that looks back; 2024年工作回顾 does, 2025年工作安排 does not."""
    if _DOES.search(heading) and not _ENDS_AS_REPORT.search(heading):
        return False
    if _SURE_REVIEW.search(heading):
        return True
    years = [int(y) for y in _YEAR.findall(heading)] if plan_year else []
    if years and plan_year and max(years) < plan_year and not _PLANS.search(heading):
        return True
    return bool(_REVIEW_HEADING.search(heading)) and not _PLAN_HEADING.search(heading)


def _is_issuer(heading: str) -> bool:
    """Whether a line that looks like a heading only signs a notice."""
    return _ISSUER.fullmatch(heading) is not None


def _is_work(path: tuple[str, ...]) -> bool:
    return bool(path) and _WORK.search(path[0]) is not None


def _last_opening(sentences: tuple[Sentence, ...], first_section: int) -> int:
    """The paragraph of the opening in which a plan states its aims: the last before the first section."""
    return max((s.paragraph for s in sentences[: max(0, first_section - 1)]), default=0)


def _plan_start(sentences: tuple[Sentence, ...]) -> int:
    """Number of the last sentence of a review that opens the text; 0 when the text opens with the plan."""
    for sentence in sentences:
        if sentence.is_heading and sentence.level in (1, 2) and _PLAN_HEADING.search(sentence.plain):
            before = sentences[: sentence.n - 1]
            if len(before) <= 8:
                return 0
            telling = (s for s in before if _PAST_TELLING.search(s.plain))
            return len(before) if len(list(islice(telling, 2))) == 2 else 0
    return 0


@lru_cache(maxsize=_KNOWN_HEADINGS)
def _path_year(path: tuple[str, ...]) -> int | None:
    """The year that the innermost of the headings names for its aims."""
    return next(filter(None, map(_heading_year, reversed(path))), None)


def _heading_year(title: str) -> int | None:
    match = _HEADING_YEAR.search(title) if "目标" in title or "远景" in title else None
    if not match:
        return None
    return int(match[1]) if match[1] else _FIVE_YEARS[match[2]]


@lru_cache(maxsize=_KNOWN_HEADINGS)
def due_years(plain: str, plan_year: int | None) -> list[tuple[int, int, bool]]:
    """Places, years, and whether a word such as 到 stands before, of the time adverbials of a sentence."""
    found: list[tuple[int, int, bool]] = []
    place = 0
    for named in _NAMED_YEAR.finditer(plain):
        if named.start() < place:
            continue
        match = _DUE.search(plain, max(place, named.start() - _BEFORE_YEAR))
        if not match:
            break
        place = match.end()
        before = plain[match.start() - 1] if match.start() else ""
        bare = before and before not in '，；。：（、—”"力争确保()）' and not (match["by"] or match["by5"])
        if bare and not _VERB_NEXT.match(plain, match.end()):
            continue
        by = bool(match["by"] or match["by5"] or match["span"])
        if before in ("将", "比", "较") or (_NOT_ADVERBIAL if not by else _NO_TIME).match(plain, match.end()):
            continue
        year = int(match["year"]) if match["year"] else _FIVE_YEARS[match["five"]]
        if plan_year and year < plan_year:
            continue
        if not by and plain[match.end() - 1] == "年" and _NAMES_A_THING.match(plain, match.end()):
            continue
        found.append((match.end(), year, by))
    return found
