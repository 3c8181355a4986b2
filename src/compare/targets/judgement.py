"""Is a number a commitment? If not, why: one of the closed list of reasons."""

from __future__ import annotations

import re

from compare.quantities import Quantity
from compare.targets.clauses import Clause
from compare.targets.settings import Setting
from compare.vocabulary.phrasing import load_phrasing

_P = load_phrasing()
_PAST = re.compile(_P.patterns["past"] + r"|(?<![较比以])(?:去年|上年)(?!同期)|(?:^|[，、])已(?!批|经)|(?<=[\u4e00-\u9fff])已(?:达|有|建|完|成|实|超)")
_REWARD = re.compile(_P.patterns["reward"])
_REWARD_AFTER = re.compile(r"^(?:的)?(?:比例|标准|额度)?(?:给予|奖励|奖补|补助|补贴|资助|加计扣除|税率|优惠|减免|减征|贴息|比例给予|的?奖励|的?补助|的?补贴)")
_GRANT_OBJECT = re.compile(r"(?:争取|筹集|落实|到位|发放|兑现|安排|拨付|下达)[^，。]{0,24}$")
_ATTRIBUTE = re.compile(rf"(?:{_P.patterns['attributes']})(?:额)?(?:约|为|达到?|超过?|近|不低于|不少于)?$")
_THRESHOLD = re.compile(rf"(?:{_P.patterns['thresholds']})[^，。、]{{0,6}}(?:达到?|超过?|突破|首次突破|过|在)?$")
_DEFINES = re.compile(r"^(?:的|及以上的|以上的)?(?:重点|重大|规模|工业|各类|优质|龙头|骨干|大型|大)?(?:企业|项目|产业集群|产业链|集群|园区|单位|农户|家庭|镇|县|村|平台|产业项目|工业企业|大项目|投资项目|工业项目|采购)")
_PROJECT = re.compile(r"^[^，。、]{0,24}(?:项目|工程|基地|产业园|园区|景区|公园|场馆|厂房|生产线|小区|设备|大棚|标准化[^，。]{0,4})(?:建设|开工|投产|改造)?")
_EXISTING_BEFORE = re.compile(
    r"^[^，。；、]{0,4}?(?:围绕|聚焦|依托|发挥|利用(?!外资)|按照|根据|针对|涵盖|立足|瞄准|分析|用好|辖|下辖|统筹好|对标|面向|位于|贯通|串联|把握|处理好"
    r"|结合|整合)[^，。；、]{0,14}$"
    r"|(?:现有|已有|原有|全部|所有|上述|已批复的|已建成的?|已命名的?)[^，。；、]{0,14}$"
)
_COUNTED_LIST = re.compile(r"(?:等|及)$|[、][^，。]{2,30}[\u4e00-\u9fff]$")
_ASPECTS = re.compile(r"^(?:大)?(?:方面|领域|环节|方向|重点|关键|部分|阶段|层次|层面|维度|原则|要点|步骤|问题|短板|指标|关系|板块|角度|要素|类别|系列)")
_ONE_OBJECTS = frozenset("家 座 所 处 条 场 次 项 个 栋 支 部 台 期".split())
_BUILDS = re.compile(r"(?:新建|新增|建成|建设|新认定|引进|举办|新开工|开工建设|组织开展|召开|承办|获批|设立|新设立|改造提升|争创|创成)$")
_VAGUE_THING = re.compile(r"^(?:批|系列|揽子|些|种|整套|支|流|体|道|门)")
_FREQUENCY = re.compile(r"(?:每(?:年|月|季度?|周|半年|学期)(?:至少)?|[一二三]年)(?:组织|开展|召开|举办|集中|进行|学习|安排)?[^，。]{0,8}$")
_RATIO_RULE = re.compile(r"(?:按|按照|以|高于)[^，。]{0,12}$")
_QUOTE_SPAN = re.compile(r"“[^”\"]{0,40}[”\"]|\"[^\"]{0,40}\"|《[^》]{0,80}》|‘[^’]{0,30}’")
_LIST_OF_LAWS = re.compile(r"(?:规定|条例|决定|意见|准则|要求|制度|纪律|讲话|批示|措施|清单|条政策|条措施|条意见|政策|办法)(?:精神)?")
_LISTED_THING = re.compile(r"(?!以上|左右|以内|以下|余|多)[\u4e00-\u9fff“]{2}")
_TELLS_YEAR = re.compile(r"(?<![\d至到—-])(20\d\d)年(?:底|末|度|全年)?(?=[，、全我共累实完新获]|以来)")
_FROM = re.compile(r"(?:由|从|在)(?:[^，。；]{0,14})$")
_TO = re.compile(r"(?:左右|以上|以下)?，?(?:再)?(?:提高|提升|增加|增长|增|上升|扩大|下降|降低|降|减少|压缩|压减|缩短|发展|扩展|的基础上)")
_GRANTS = re.compile(r"给予|以奖代补|奖金|奖励|补助|补贴|贴息|减免|资助|奖补|补偿")
_COMMITS = re.compile(r"新增|完成|实现|达到|争取|筹集|落实|发放(?!标准)|安排|投入|兑现|减税")
_PER_ITEM = re.compile(r"每(?:人|户|家|场|趟|亩|张|件|项|名|个|月|头|吨|台|辆|次|篇|平方米|千瓦时)(?!均)[^，。]{0,12}$|单[张个户笔项家体](?!投资)[^，。]{0,8}$|同一[^，。]{2,12}$|额度(?:最高)?(?:提至|提高到|为)?$")
_RULES = re.compile(r"是指|申报(?:人|单位|企业|主体|条件)[^。]{0,8}(?:须|应|需|一般)|不予(?:立项|受理|通过|支持)|应(?:当)?(?:具备|符合)|须(?:具有|具备|满足)|符合(?:以下|下列)条件|不得申报")
_CONDITION = re.compile(r"[^，。；]{0,20}的$")
_NEW_CAPACITY = re.compile(r"(?:新增|净增|增加|新建)[^，。]{0,12}$")
_STATE_NOW = re.compile(r"目前|现有|现已|(?:^|[，；、省市县区州国旗])(?:现|共)?拥有(?!量)|共有|相比[，]|不足(?=\d)|仅为|仅有|只有(?=\d)|登记注册|海岸线长|全球$|(?:常住|总|户籍)人口(?=\d)|长期(?:低于|处于|在)|长期$")
_TOLD_BEFORE = re.compile(
    r"近年来|先后|截至|截止|(?<![较比以])(?:去年|上年)|一年来|五年来|几年来|(?:通过|经过)[^，。]{0,8}努力|[“\"]?十[一二三]五[”\"]?(?:期间|时期|以来|末)|自20\d\d年以来|以来[，]|"
    r"(?:上半年|前三季度|一季度|三季度|1[-—至]\d{1,2}月)[，]?(?=[^。；]*(?:同比|已))|回首|已(?:达|完成|建成|有|建|成功|累计|超|实现|认定|提前)|"
    r"共(?:兑付|完成|实现|投入|争取|引进|认定|发放|实施)|(?:增长|下降|提高|翻|实现|完成|达到|突破|新增|建成)了|实际完成"
)
_TURNS_TO_PLAN = re.compile(r"今年|下一步|力争|确保|到20(?:2[4-9]|3\d)年|今后|[，；]20\d\d年[，]|“?十[四五]五[”\"]?(?:期间|末)")
_TOLD_ANYWHERE = re.compile(r"来之不易|排名前移|(?:增速|总量|排名)?(?:居|位居|位列)全[国省市县]第|每(?:增加|提高|投入)[^，。]{0,10}，(?:可|将|能)|^(?:邻|兄弟|周边)(?:县|市|区)")
_REPORTS_GROWTH = re.compile(r"20\d\d年[，全我][^。；]*(?:同比|比上年|较上年)(?:增长|提高|下降)\d[\d.]*(?:%|个百分点)(?!以上|左右)")
_HOPES = re.compile(r"力争|确保|争取|目标|以上|左右|不低于|计划|将")
_SERVES = re.compile(r"实施|提供|开展|完成|发放|解决|办理|落实")
_ENDS = re.compile(r"[、，；。）]|$")
_YEAR_ONLY = re.compile(r"(20\d\d)年(?:底|末)?")
_STANDING = re.compile(r"(?:乡镇|街道|镇街|村|社区|县|市|区|部门|单位|成员|科室|选派|贫困|民生|主要指标|指标)")
_RATE_NOUN = re.compile(r"(?:率|比例|占比|比重|满意度|强度)$")
_STOCK_NOUN = re.compile(r"(?:出栏|存栏|产量|装机|成交额|销售额|零售额)$")
_WEAK_CONTEXT = re.compile(r"(?:[^，。；、]{0,4})(?:坚持|贯彻|遵循|突出|落实|抓好|做好)$")
_COUNTED_NEXT = re.compile(r"的[^，。；、]{1,20}\d")
_GOES_ON = re.compile(r"[并且用以的等，、；。）及和与或]")


def judge_date(quantity: Quantity, before: str) -> str:
    """A span of years (三年) is a plan period, 〔2024〕5号 a reference, every other date a date."""
    if quantity.unit == "号" and before.endswith(("〕", "]", "】", "）")):
        return "reference"
    if quantity.unit in ("年", "周年") and quantity.bound in ("at_least", "at_most"):
        return "threshold"
    years = quantity.unit == "年" and quantity.value_max is not None
    span = years and (quantity.value_max < 100 or quantity.bound == "range")
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
    if quantity.numeral == "mask" and quantity.unit in ("村", "镇", "县", "园", "站", "部", "处", "所") and not clause.own_verb:
        return "name"
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
        return "threshold" if _DEFINES.match(clause.right) or clause.right.startswith(("以上", "级")) else "indefinite"
    if quantity.numeral == "round" and quantity.bound_word in ("以上",) and _DEFINES.match(clause.right):
        return "threshold"
    if clause.right.startswith("级") and quantity.kind != "rate":
        return "indefinite"
    if quantity.numeral == "chinese":
        reason = _judge_small(plain, clause, inherited)
        if reason:
            return reason
    if setting.mode == "review":
        return "past_result"
    if _RULES.search(plain) or _CONDITION.match(clause.right):
        return "threshold"
    if _is_reward(plain, clause):
        return "reward"
    told = _told(plain, clause)
    if told:
        return told
    if quantity.standard == "age" and quantity.bound != "exact" and "寿命" not in clause.phrase:
        return "threshold"
    if quantity.standard == "volt" or (quantity.unit in ("分钟", "小时") and _LISTED_THING.match(clause.right)):
        return "name"
    if quantity.kind == "duration" and not re.search(r"(?:天数|时长|时间|寿命|年限)(?:达到|达|提高到)?$", clause.phrase) and not re.search(r"(?:缩短|压缩|压减|控制|减少|降)(?:到|至|在)", clause.level):
        return "plan_period"
    if _is_past(plain, clause, plan_year) or _is_baseline(plain, clause):
        return "past_result"
    reason = _describes(plain, clause)
    if reason:
        return reason
    if not clause.after_noun and _RATIO_RULE.fullmatch(clause.left) and quantity.is_percent:
        return "threshold"
    listed = _YEAR_ONLY.fullmatch(clause.left)
    if listed:
        return "past_result" if plan_year and int(listed[1]) < plan_year else ""
    if _committed(plain, clause, setting, inherited):
        return ""
    return "existing" if quantity.kind == "counter" and _STANDING.match(clause.right) else "no_commitment"


def _name(plain: str, start: int, end: int) -> bool:
    """Whether the number stands in a title, or in quotation marks that hold little more than itself."""
    for match in _QUOTE_SPAN.finditer(plain):
        if match.start() < start and end <= match.end():
            body = match.group()
            if body[0] == "《" or len(body) <= 14 or not re.search(r"[，。；]|达到|以上|左右", body):
                return True
    return False


def _judge_benchmark(plain: str, clause: Clause, setting: Setting, inherited: bool) -> str:
    if setting.mode == "review":
        return "past_result"
    if _PAST.search(clause.left) or _told(plain, clause):
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
    if clause.phrase and not clause.after_noun and not clause.own_verb and not clause.level and _LISTED_THING.match(clause.right):
        return "existing"
    if quantity.value_min == 1 and quantity.value_max == 1 and quantity.numeral == "chinese":
        if _FREQUENCY.search(plain[: quantity.start]) and quantity.unit in ("次", "期", "场"):
            return "indefinite"
        neighbours = re.findall(r"[、，]([二两三四五六七八九十]|\d+)[个家座条所处项支]", plain[quantity.end :])
        if clause.own_verb and _BUILDS.search(clause.verb) and quantity.unit in _ONE_OBJECTS and neighbours:
            return ""
        if inherited and neighbours and quantity.unit in _ONE_OBJECTS and clause.start > 0:
            return ""
        if clause.own_verb and clause.verb in ("新增", "新建", "新认定", "引进", "举办", "承办", "获批", "建成") and quantity.unit in ("家", "座", "所", "处", "场", "次"):
            return ""
        return "indefinite"
    if _ASPECTS.match(clause.right) or quantity.unit in ("类", "种", "方面", "大"):
        return "existing"
    if _LIST_OF_LAWS.match(clause.right):
        return "name"
    return ""


def _is_past(plain: str, clause: Clause, plan_year: int | None) -> bool:
    """Whether the clause, or the sentence's opening, reports."""
    around = plain[clause.start : clause.quantity.start]
    if _PAST.search(around):
        return True
    number = plain[clause.quantity.start : clause.quantity.end]
    if re.match(r"(?:增长|提高|下降)?了", clause.right) or around.endswith("了") or "了" in number:
        return True
    head = plain[: clause.quantity.start]
    years = [int(y) for y in _TELLS_YEAR.findall(head)]
    if plan_year and years and years[-1] < plan_year and not re.search(r"今年|到20\d\d年|比20\d\d年|较20\d\d年", head):
        return True
    return bool(re.match(r"(?:截至|截止|去年|上年|20\d\d年以来|过去)[^，。]{0,20}，", head)) and "今年" not in head


def _told(plain: str, clause: Clause) -> str:
    """Whether the sentence up to the number tells of the past or of how things stand."""
    if _TOLD_ANYWHERE.search(plain) or (_REPORTS_GROWTH.match(plain) and not _HOPES.search(plain)):
        return "past_result"
    before = plain[: clause.quantity.start]
    for pattern, reason in ((_STATE_NOW, "existing"), (_TOLD_BEFORE, "past_result")):
        found = None
        for found in pattern.finditer(before):
            pass
        if found and not _TURNS_TO_PLAN.search(before, found.end()):
            return reason
    return ""


def _is_baseline(plain: str, clause: Clause) -> bool:
    """Whether the number is where a change starts from: 由2020年的45%提高到48%."""
    quantity = clause.quantity
    before, after = plain[clause.start : quantity.start], plain[quantity.end :]
    return bool(_FROM.search(before) and _TO.match(after))


def _is_reward(plain: str, clause: Clause) -> bool:
    """Whether the number is the size of a grant or rate that a rule gives."""
    quantity = clause.quantity
    if quantity.standard not in ("CNY", "percent") and not clause.right.startswith(("元", "的奖")):
        return False
    if _REWARD_AFTER.match(clause.right):
        return True
    if quantity.standard in ("CNY", "percent") and not (clause.own_verb and _GRANT_OBJECT.search(clause.left)) and not clause.change:
        if _GRANTS.search(plain) and not clause.level and not _COMMITS.search(clause.left):
            return True
    if quantity.standard == "CNY" and _PER_ITEM.search(plain[clause.start : quantity.start]):
        return True
    if clause.left.endswith(("最高", "最多", "上限")) or (
        quantity.standard == "CNY" and not clause.own_verb and re.search(r"给予[^。；]*(?:补助|奖励|补贴|资助|支持)", plain[: clause.start])
    ):
        return True
    words = [m for m in _REWARD.finditer(clause.left)]
    if not words:
        return quantity.bound_word in ("最高", "最多", "至多") and quantity.standard == "CNY"
    if _GRANT_OBJECT.search(clause.left) and not re.search(r"给予|一次性|每家|每人|按|最高", clause.left):
        return False
    return True


def _describes(plain: str, clause: Clause) -> str:
    """Whether the number describes a named project, a threshold, or things that exist already."""
    quantity = clause.quantity
    own = plain[clause.start : quantity.start] if not clause.left else clause.left
    own = own[: len(own) - (0 if quantity.start <= quantity.core else 0)]
    measured = quantity.kind in ("measure", "rate")
    if measured and clause.right.startswith("的") and (_DEFINES.match(clause.right) or _COUNTED_NEXT.match(clause.right)):
        if not (_ATTRIBUTE.search(own) and quantity.bound == "exact"):
            return "threshold"
    bounded = quantity.bound in ("at_least", "at_most")
    if bounded and clause.phrase and not clause.after_noun and not clause.level and clause.right.startswith("的"):
        return "threshold"
    if bounded and measured and not quantity.is_percent and clause.phrase and not clause.after_noun:
        if not clause.level and _LISTED_THING.match(clause.right) and not _GOES_ON.match(clause.right):
            return "threshold"
    if measured and _THRESHOLD.search(own) and _DEFINES.match(clause.right):
        return "threshold"
    if quantity.standard in ("CNY", "USD") and _DEFINES.match(clause.right) and (
        quantity.bound in ("at_least", "at_most") or clause.right.startswith("的")
    ):
        return "threshold" if not _ATTRIBUTE.search(own) else "project_size"
    attribute = _ATTRIBUTE.search(own)
    if attribute and measured and not _NEW_CAPACITY.search(own) and (attribute.start() <= _lead_length(clause, own) or clause.right.startswith("的")):
        spent = attribute.group() == "投资" and (clause.level or clause.own_verb and clause.verb not in _P.words["attributes"])
        if not spent or clause.right.startswith("的"):
            return "project_size"
    if quantity.kind == "measure" and quantity.standard != "CNY" and not _NEW_CAPACITY.search(own) and re.search(r"(?:日|年|时)(?:处理|产|供|速|运)[^，。、]{0,6}$", own):
        return "project_size"
    sized = quantity.kind == "measure" and quantity.standard not in ("CNY", "USD") and quantity.bound == "exact"
    if sized and not clause.after_noun and _LISTED_THING.match(clause.right) and not _GOES_ON.match(clause.right):
        return "project_size"
    if clause.after_noun and quantity.kind == "measure" and not clause.right.startswith("的"):
        if _PROJECT.match(clause.right) and quantity.standard != "CNY":
            return "project_size"
        if re.match(r"[^，。、]{0,20}(?:研究|调查|试验|分析)", clause.right):
            return "existing"
    weak = _WEAK_CONTEXT.match(plain[clause.start : quantity.start]) and clause.after_noun
    if (clause.verb in _P.words["context"] and clause.own_verb and clause.after_noun or weak) and not clause.whereof:
        return "existing"
    if clause.whereof:
        return ""
    if _EXISTING_BEFORE.search(plain[clause.start : quantity.start]) and quantity.kind == "counter" and not clause.level:
        return "existing"
    if quantity.kind == "counter" and _ASPECTS.match(clause.right):
        return "existing"
    listed = clause.after_noun is False and re.search(r"等$", clause.left)
    if listed and quantity.kind == "counter" and quantity.bound == "exact":
        return "existing"
    if clause.after_noun and clause.left and quantity.bound == "exact" and quantity.kind == "counter" and "、" in clause.left:
        return "existing"
    if clause.right.startswith(("改革开放", "会议")):
        return "name"
    return ""


def _lead_length(clause: Clause, own: str) -> int:
    """How much of the text before the number is adverbs and verb."""
    return clause.phrase_start - clause.segment if clause.segment + len(own) == clause.quantity.start else 0


def _committed(plain: str, clause: Clause, setting: Setting, inherited: bool) -> bool:
    """Whether verb, level, change or place promise the number."""
    quantity = clause.quantity
    if clause.own_verb or clause.level or clause.change or clause.whereof or quantity.numeral == "doubling":
        return True
    if re.search(r"力争|确保|争取|计划", clause.lead) and (len(clause.phrase) >= 2 or inherited):
        return True
    if quantity.is_percent and _RATE_NOUN.search(clause.phrase) or _STOCK_NOUN.search(clause.phrase):
        return True
    if clause.after_noun:
        helped = clause.left.endswith(("为", "对", "给", "使", "让")) and _SERVES.search(clause.right)
        return bool(clause.verb) or inherited or bool(helped)
    if quantity.bound in ("at_least", "at_most", "about", "range") and (len(clause.phrase) >= 2 or inherited):
        return True
    if len(clause.phrase) >= 2 and (clause.verb or inherited or setting.headline or quantity.masked):
        return True
    if setting.in_section and len(clause.phrase) >= 3 and quantity.kind == "counter" and _ENDS.match(clause.right):
        return True
    if inherited and clause.inherits and re.search(r"分别|均|各", plain[clause.start : quantity.start]):
        return True
    return clause.bracketed and clause.inherits and inherited
