"""Signs in the wording around a number that it is a commitment, or why it is none; compiled once."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

from compare.vocabulary.phrasing import load_phrasing
from compare.vocabulary.sieve import Sieve

P = load_phrasing()


class Sign:
    """A pattern that most sentences do not hold; `spot` tells in which it is worth looking for.

    Only for looking into the sentence itself: a phrase may be put together from several places.
    """

    __slots__ = ("finditer", "match", "pattern", "search")

    def __init__(self, pattern: str) -> None:
        compiled = re.compile(pattern)
        self.pattern = pattern
        self.search, self.match, self.finditer = compiled.search, compiled.match, compiled.finditer


Signs = Set[Sign]


@cache
def _sieve() -> Sieve[Sign]:
    signs = [value for value in globals().values() if isinstance(value, Sign)]
    return Sieve({sign: sign.pattern for sign in signs})


def spot(plain: str) -> Signs:
    """The signs that can stand somewhere in a sentence."""
    return _sieve().sift(plain)


# 去年 after these is what is compared with, and tells of no past.
_COMPARES = "较 比 以 低于 少于 高于 好于 快于 优于 保持 超过".split()
_NOT_COMPARED = "".join(f"(?<!{word})" for word in _COMPARES)
PAST = Sign(
    P.patterns["past"]
    + (
        rf"|{_NOT_COMPARED}(?:去年|上年)(?!(?:同期)?(?:持平|相当|水平)|同期|[^，。]{{0,16}}基础上)|(?:^|[，、])已(?!批|经)|(?<=[\u4e00-\u9fff])已(?:达|有|建|完|成|"
        r"实|超)"
    )
)
REWARD = Sign(P.patterns["reward"])
REWARD_AFTER = Sign(
    r"^(?:的)?(?:比例|标准|额度)?(?:给予|奖励|奖补|补助|补贴|资助|加计扣除|税率|优惠|减免|减征|贴息|"
    r"比例给予|的?奖励|的?补助|的?补贴)"
)
GRANT_OBJECT = Sign(r"(?:争取|筹集|落实|到位|发放|兑现|安排|拨付|下达)[^，。]{0,24}$")
ATTRIBUTE = Sign(rf"(?:{P.patterns['attributes']})(?:额)?(?:约|为|达到?|超过?|近|不低于|不少于)?$")
THRESHOLD = Sign(rf"(?:{P.patterns['thresholds']})[^，。、]{{0,6}}(?:达到?|超过?|突破|首次突破|过|在)?$")
DEFINES = re.compile(
    r"^(?:的|及以上的|以上的)?(?:重点|重大|规模|工业|各类|优质|龙头|骨干|大型|大)?(?:企业|项目|产业集群|"
    r"产业链|集群|园区|单位|农户|家庭|镇|县|村|平台|产业项目|工业企业|大项目|投资项目|工业项目|采购)"
)
PROJECT = re.compile(
    r"^[^，。、]{0,24}(?:项目|工程|基地|产业园|园区|景区|公园|场馆|厂房|生产线|小区|设备|大棚|"
    r"标准化[^，。]{0,4})(?:建设|开工|投产|改造)?"
)
_SIZED = (
    r"(?:及?以上|级|以下)?(?:的)?(?:规模|重点|重大|工业|制造业|产业|投资|招商|科技|龙头|骨干|大)*"
    r"(?:企业|项目|集群|产业链|园区|基地|产业)(?:达到?|突破|超过?)?"
)
SIZE_CLASS = re.compile(_SIZED)
COUNTED_CLASS = re.compile(_SIZED + r"(?:[\dX×]+|[一二两三四五六七八九十]+)(?!月|日|年|亿|万|%)")
EXISTING_BEFORE = Sign(
    r"^[^，。；、]{0,4}?(?:围绕|聚焦|依托|发挥|利用(?!外资)|按照|根据|针对|涵盖|立足|瞄准|分析|用好|"
    r"辖|下辖|统筹好|对标|位于|贯通|串联|把握|处理好"
    r"|结合|整合)[^，。；、]{0,14}$"
    r"|(?:现有|已有|原有|全部|所有|上述|已批复的|已建成的?|已命名的?)[^，。；、]{0,14}$"
)
ASPECTS = re.compile(
    r"^(?:大)?(?:方面|领域|环节|方向|(?:重点|关键)(?![^，。；、\d]{0,8}(?:项目|课题|平台|企业|实验室|产品|工程))|部分|阶段|层次|层面|维度|原则|要点|步骤|问题|短板|指标|"
    r"关系|板块|角度|要素|类别|系列|(?:奋斗|预期|主要|工作)?目标|转变)"
)
ONE_OBJECTS = frozenset(["家", "座", "所", "处", "条", "场", "次", "项", "个", "栋", "支", "部", "台", "期"])
BUILDS = re.compile(
    r"(?:新建|新增|建成|建设|新认定|引进|举办|新开工|开工建设|组织开展|召开|承办|获批|设立|新设立|"
    r"改造提升|争创|创成|打造|创建|组建)$"
)
FREQUENCY = Sign(
    r"(?:每(?:年|月|季度?|周|半年|学期)(?:至少)?|[一二三]年)(?:组织|开展|召开|举办|集中|进行|学习|"
    r"安排)?[^，。]{0,8}$"
)
RATIO_RULE = re.compile(r"(?:按|按照|以|高于)[^，。]{0,12}$")
QUOTE_SPAN = Sign(r"“[^”\"]{0,40}[”\"]|\"[^\"]{0,40}\"|《[^》]{0,80}》|‘[^’]{0,30}’")
LIST_OF_LAWS = re.compile(
    r"(?:规定|条例|决定|意见|准则|要求|制度|纪律|讲话|批示|措施|清单|条政策|条措施|条意见|政策|"
    r"办法)(?:精神)?"
)
LISTED_THING = re.compile(r"(?!以上|左右|以内|以下|余|多)[\u4e00-\u9fff“]{2}")
TELLS_YEAR = Sign(r"(?<![\d至到—-])(20\d\d)年(?:底|末|度|全年)?(?=[，、全我共累实完新获]|以来)")
FROM = re.compile(r"(?:由|从|在)[^，。；\d]{0,6}(?:20\d\d年?)?[^，。；\d]{0,8}$")
TO = re.compile(
    r"(?:左右|以上|以下)?，?(?:再)?(?:提高|提升|增加|增长|增|上升|扩大|下降|降低|降|减少|压缩|压减|缩短|"
    r"发展|扩展|的基础上)"
)
GRANTS = Sign(r"给予|以奖代补|奖金|拨付比例|奖励|补助|补贴|贴息|减免|资助|奖补|(?<!风险)补偿")
WON_BEFORE = re.compile(r"(?:^|[；。])[^，；。]{0,6}(?:争取|筹集|引进|落实)[\u4e00-\u9fff]{2,14}，$")
LIST_BEFORE = re.compile(
    r"(?:^|[；。，：])(?:力争|确保|推动|实现|促进|[全本我][省市县区])*(?P<things>[^，；。：\d]{2,16}(?:、|和|与|及)[^，；。：\d]{2,16}?)"
    r"(?:在20|实现|均|要|力争|分别|数量|达到|[双再]|(?=，))[^。；]*$"
)
BY_YEAR = re.compile(r"(?:到|至)(20\d\d)年")
SHARE_DONE = re.compile(
    r"的[^，。；、]{1,16}(?:得到|实现|完成|达到|建成|开展|建立|用上|纳入|接受|享受)[^，。；、]{0,10}$"
)
OF_INDICATORS = re.compile(r"(?:主要|核心|考核|关键|重点|约束性|预期性|经济)*指标")
OF_THE_YEAR = re.compile(r"年度|全年|当年|年内")
HEADS = re.compile(r"(?:人数|人次|人口)(?:达到?|突破|超过?|增加到|提高到|稳定在|保持在)?$")
WORKS = re.compile(r"(?:改造|整治|治理|修复|拆除|绿化|养护|提升|更新)(?:任务|工作|工程)?$")
PER_SO_MANY = re.compile(
    r"(?:全[省市县区])?(?:每(?:万|千|百|十万|百万)|(?:百|十|千)?万)(?:名|个|户|家)?(?:常住|户籍)?[人户老劳儿就家企]"
)
COMMITS = re.compile(r"办理|投放|新增|完成|实现|达到|争取|筹集|落实|发放(?!标准)|安排|投入|兑现|减税")
PER_ITEM = Sign(
    r"每(?:人|户|家|场|趟|亩|张|件|项|名|个|月|头|吨|台|辆|次|篇|平方米|千瓦时)(?!均)[^，。]{0,12}$|"
    r"单[张个户笔项家体](?!投资)[^，。]{0,8}$|同一[^，。]{2,12}$|额度(?:最高|提至|提高到|为)+$"
)
RULES = Sign(
    r"是指|申报(?:人|单位|企业|主体|条件)[^。]{0,8}(?:须|应|需|一般)|不予(?:立项|受理|通过|支持)|"
    r"应(?:当)?(?:具备|符合)|须(?:具有|具备|满足)|符合(?:以下|下列)条件|不得申报"
)
CONDITION = re.compile(r"[^，。；]{0,20}的$")
NEW_CAPACITY = Sign(r"(?:新增|净增|增加|新建)[^，。]{0,12}$")
STATE_NOW = Sign(
    r"目前|(?<![对将把从动进持导固升好用托合强化])现有|现已|(?:^|[，；、省市县区州国旗])(?:现|共)?拥有(?!量|[^，。；]{0,20}的[\u4e00-\u9fff])|共有|相比[，]|不足(?=\d|$)|不到$|仅为|仅有|"
    r"只有(?=\d)|[仍尚]有|登记注册|海岸线长|全球$|(?:常住|总|户籍)人口(?=\d)|长期(?:低于|处于|在)|长期$"
)
TOLD_BEFORE = Sign(
    rf"近年来|先后|截至|截止|{_NOT_COMPARED}(?:去年|上年)(?!(?:同期)?(?:持平|相当|水平)|[^，。]{{0,16}}基础上)|一年来|五年来|几年来|(?:通过|"
    r"经过)[^，。]{0,8}努力|[“\"]?十[一二三]五[”\"]?(?:期间|时期|以来|末)|自20\d\d年以来|以来[，]|"
    r"(?:上半年|前三季度|一季度|三季度|1[-—至]\d{1,2}月)[，]?(?=[^。；]*(?:同比|已|累计实现|累计完成))|回首|已(?:达|"
    r"完成|建成|有|建|成功|累计|超|实现|认定|提前)|"
    r"共(?:兑付|完成|实现|投入|争取|引进|认定|发放|实施)|(?:增长|下降|提高|翻|实现|完成|达到|突破|"
    r"新增|建成)了|实际完成"
)
TURNS_TO_PLAN = re.compile(
    r"今年|下一步|力争|确保|到20(?:2[4-9]|3\d)年|今后|[，；]20\d\d年[，]|“?十[四五]五[”\"]?(?:期间|末)"
)
TOLD_ANYWHERE = Sign(
    r"来之不易|排名前移|，实际(?:完成|实现|达到|入库|认定)|(?:增速|总量|排名)?(?:居|位居|位列)全[国省市县]第|每(?:增加|提高|"
    r"投入)[^，。]{0,10}，(?:可|将|能)|^(?:邻|兄弟|周边)(?:县|市|区)"
)
REPORTS_GROWTH = re.compile(
    r"20\d\d年[，全我][^。；]*(?:同比|比上年|较上年)(?:增长|提高|下降)\d[\d.]*(?:%|个百分点)(?!以上|左右)"
)
HOPES = re.compile(r"力争|确保|争取|目标|以上|左右|不低于|计划|将")
SERVES = re.compile(r"救助|筛查|慰问|帮扶|培训|改造|纳入|接种|体检|实施|提供|开展|完成|发放|解决|办理|落实")
ENDS = re.compile(r"[、，；。）]|$")
YEAR_ONLY = re.compile(r"(20\d\d)年(?:底|末)?")
ALL_OF_THEM = re.compile(r"(?:全[省市县区国]|辖区|各)$")
AMONG_ALL = re.compile(r"在全[省市县区国]$")
FURTHER_CONDITION = re.compile(r"[、且并][^，。；]{2,16}的[\u4e00-\u9fff]{2}")
STANDING = re.compile(
    r"(?:乡镇|街道|镇街|行政村|自然村|村|社区|县|市|区|部门|单位|成员|科室|选派|贫困|民生|主要指标|指标)"
)
RATE_NOUN = re.compile(r"(?:率|比例|占比|比重|满意度|强度)$")
STOCK_NOUN = re.compile(r"(?:出栏|存栏|产量|装机|成交额|交易额|登记额|销售额|零售额|外资)$")
WEAK_CONTEXT = re.compile(r"(?:[^，。；、]{0,4})(?:坚持|贯彻|遵循|突出|落实|抓好|做好)$")
COUNTED_NEXT = re.compile(r"的[^，。；、]{1,20}\d")
GOES_ON = re.compile(r"[并且用以的等，、；。）及和与或]|新?(?:大关|关口|台阶)")
NEXT_NUMBER = re.compile(r"[^\d，。；、和及与]{2,14}\d+[场家个项]")
NEXT_CLAUSE = re.compile(r"[\u4e00-\u9fffA-Z]{2,14}(?:增长|下降|达到|控制在|提高|降低)")
FOR_WHOM = re.compile(r"(?:为|对|给|使|让|将)(?:全[省市县区])?$")
STANDARDS = ("标准", "定额", "基准")
POOL = re.compile(r"规模$|资金池|总额$")
STUDIES = Sign(r"[^，。、]{0,20}(?:研究|调查|试验|分析)")
CAPACITY = Sign(r"(?:日|年|时)(?:处理|产(?![量值])|供|速|运)[^，。、]{0,6}$")
OPENS_PAST = Sign(r"(?:截至|截止|去年|上年|20\d\d年以来|过去)[^，。]{0,20}，")
TALKS_OF_NOW = re.compile(r"今年|到20\d\d年|比20\d\d年|较20\d\d年")
COMPLETED = re.compile(r"(?:增长|提高|下降)?了")
TAX = Sign(r"加计扣除|税率")
RATE_OF_RULE = Sign(r"标准|定额")
GIVEN = Sign(r"给予[^。；]*(?:补助|奖励|补贴|资助|支持)")
RAISED = re.compile(r"提高到|提高至|达到|不低于|调整到")
PAID = re.compile(r"给予|一次性|每家|每人|按|最高")
COMPARED_THINGS = re.compile(r"的?(?:企业|地区|单位|项目|行业|部分)")
BODY_OF_QUOTE = re.compile(r"[，。；]|达到|以上|左右")
NEIGHBOURS = re.compile(r"[、，]([二两三四五六七八九十]|\d+)[个家座条所处项支]")
LAW = re.compile(r"(?:办法|规定|意见|条例|措施|细则|政策)$")
LENGTH_OF_TIME = re.compile(r"(?:天数|时长|时间|寿命|年限)(?:达到|达|提高到)?$")
SHORTENED = re.compile(r"(?:缩短|压缩|压减|控制|减少|降)(?:到|至|在)")
STRIVES = re.compile(r"力争|确保|争取|计划|全年|年内|年底前")
RANKED = re.compile(
    r"(?:跃居|跃升|前移|冲刺|进入|进位|升至|跻身|挤进|挺进|迈入|稳居|稳定在|保持|争取|力争|确保)[^，。；、]{0,10}$"
)
EVERYONE = re.compile(r"每(?:[名位个家人所条村县镇乡]|支部)(?![^，。；]*限[报额])")
EVERYONE_OR_YEAR = re.compile(rf"{EVERYONE.pattern}|(?:全年|每年|每月|一年)[^，。；]{{0,8}}$")
DUTY = re.compile(
    r"至少|不少于|(?:联系|包联|结对|服务|帮扶|选派|遴选|培育|打造|建设|建成|开展|完成|引进|新增|组织|举办|走访|"
    r"指导|创建|承担|撰写|参加)[^，。；、]{0,12}$"
)
OF_ACCIDENT = re.compile(r"死亡(?:人数)?$")
COVERS_ALL = re.compile(r"[^，。；]{0,16}全覆盖")
OWNERS = re.compile(r"[^，。；]{1,14}的(?:企业|单位|机构|团队|个人|人员|项目|平台)")
RAISED_FOR = re.compile(r"\d[^，。；、]{0,6}的(?:提高|上浮|调整|增加)(?:到|至|为)$")
DEDUCTED = re.compile(r"(?:足额)?(?:提取|计提|缴纳|缴存|收取|计征)")
EVENTS_NEXT = re.compile(r"[^\d，。；]{2,16}\d+[余多]?场")
OF_KNOWN = re.compile(r"[^，。；]{0,14}底数")
INDEX = re.compile(
    r"(?:PUE|系数|指数|死亡率)值?(?:均|力争|要)?(?:控制在|保持在|稳定在|达到?|为|提高到|提升到|降至|降低到|下降到)?$"
)
SHARED_OUT = re.compile(r"分别|均|各")
# Signs of fields and of doubt.
ASPIRED = Sign(P.patterns["aspired"])
BINDING = Sign(P.patterns["binding"])
YEARLY_CHANGE = Sign(r"年均(?:增长|递增|增加|下降|新增|提高)")
OVER_YEARS = Sign(r"[三五两]年(?:内|间)|累计")
SUSPECT = Sign(r"已|原有|现有|上年|去年|给予|补助|奖励|标准|不予|其余|剩余|平均|计划投资")
