"""What stands before a number: the verb that governs it, the adverbs on the way, and the words of level and change."""

from __future__ import annotations

import re
from functools import lru_cache

from compare.vocabulary.phrasing import alternation, load_phrasing

_P = load_phrasing()
_TIME = (
    r"(?:力争|确保|争取)?(?:到|至|在|截至)?20\d\d(?:年度?)?(?:[—\-至~](?:20\d\d)?年?)?(?:年?底|"
    r"年?末)?(?:以?前|内|期间)?，?|[“\"]?十[三四五六]五[”\"]?(?:期间|时期|末)?，?"
    r"|[我全本][省市县区州旗](?=20\d\d年|拟|将|要|计划|力争|争取|确保|共|完成|实现|引进|培育|建成|新建|新增|实施)"
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
_NOMINAL = re.compile(
    r"[的工库额率量数型类成效力员队行基单业型机体服平载计方任主技费班会课营站器室]|项目|人员|经费|投入|中心|支出|强度|"
    r"活动|面积|交易额|成交额|登记额|(?<=主导)产业|(?<=研发)管理|$"
)
# Verbs that tell of which kind a thing is where another verb stands before: 新增上市企业.
_ATTRIBUTIVE = frozenset(("上市", "挂牌", "授权", "入驻", "入孵", "备案"))
_NOUNS_TOO = frozenset(("减税降费",))
_OF_KIND = re.compile(r"（|企业|公司")
_LONGEST_VERB = 4
_LEVEL_TAIL = re.compile(rf"(?:{_P.patterns['level']})$")
_CHANGE = _P.pattern("growth", "fall")
_CHANGE_TAIL = re.compile(
    rf"(?:同比|年均|(?<![全今明去本])年|环比|累计|平均|实际|按可比口径|可比价|可比|比上年|较上年|比20\d\d年|"
    rf"较20\d\d年|每年|力争|再|将|要|均|各|分别|保持|名义|逐年|稳步|持续|实现|上年|稳定)*"
    rf"(?P<change>(?<![新净])(?:(?<!再)|(?=提高|提升|增长|下降|降低|上升))(?<!自然)(?:{_CHANGE}))(?:率|速度|速率)?(?:均|分别|都|各|力争|要|也|"
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
# 计划 is a verb at the opening and after a time or a place; 省科技计划10项 counts plans.
_STAY = re.compile(
    r"(?:均|分别|都|双双|各|力争|要|预计|(?:(?<![\u4e00-\u9fff])|(?<=[年月度季市县区省局]))计划|预期|总量|全年|累计)+$"
)
_COMES_OUT = re.compile(r"出(?![口租让资版台])")
_COMPARES = ("比", "较", "同比")
_MARKER = re.compile(
    rf"\d{{1,3}}(?=新?(?:{_VERBS}))|"
    r"[（(]?\d{1,2}[)）.、](?=[\u4e00-\u9fff])|[①-⑳]|[一二三四五六七八九十]{1,2}[是要](?=[\u4e00-\u9fff]{2})"
)
_MARKS = frozenset("（(0123456789一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")


def strip_marker(text: str) -> str:
    """A text without the marker of a list that opens it: 2.引进, ①引进 and 二是引进 are 引进."""
    marker = _MARKER.match(text) if text[:1] in _MARKS else None
    return text[marker.end() :] if marker else text


def take_tail_verb(body: str) -> tuple[str, str]:
    """A text without the verb that ends it, and that verb: 创新券兑现 is 创新券 and 兑现."""
    tail = _TAIL_VERB.search(body) if body.endswith(_TAIL_VERBS) else None
    return (_STAY.sub("", body[: tail.start()]), tail.group()) if tail else (body, "")


def ending_verb(body: str) -> str:
    """The verb that ends a text with its subject before it: 各县区至少建设."""
    for length in range(_LONGEST_VERB, 1, -1):
        if len(body) > length + 1 and body[-length:] in _P.words["flow"]:
            return body[-length:]
    return ""


@lru_cache(maxsize=_KNOWN_PHRASES)
def strip_tail(left: str) -> tuple[str, str, str]:
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
def find_verb(body: str, within: bool) -> tuple[str, int, str]:
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
            if _COMES_OUT.match(body, place):
                place += 1
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
    text = strip_marker(text)
    return text[find_verb(text, False)[1] :]
