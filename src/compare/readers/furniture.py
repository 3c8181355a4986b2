"""Lines that are about a page and not of the plan: counters, buttons, sources, dates of publication, page numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABELS = (
    "浏览次数|浏览量|浏览|阅读次数|阅读量|阅读|点击数|点击量|点击率|点击次数|点击|访问次数|访问量|信息来源|文章来源|稿件来源|来源|"
    "发布时间|发布日期|发布机构|发布单位|发布人|发布者|发文机关|发文单位|发文日期|成文日期|生成日期|公开日期|更新时间|时间|日期|"
    "作者|撰稿|供稿|责任编辑|编辑|审核|校对|索引号|主题分类|组配分类|信息分类|有效性|字体大小|字体|字号|视力保护色|保护视力色|背景色|"
    "分享到|分享|收藏|主办单位|主办|承办单位|承办|技术支持|网站标识码|版权所有|联系电话|备案号|当前位置|您的位置|您现在的位置|所在位置|位置"
)  # fmt: skip
_FIELD = re.compile(rf"[【\[（(]?(?:{_LABELS})[】\])）]?\s*[:：]")
_VALUE = re.compile(rf"(?:(?!(?:{_LABELS})\s*[:：])[^。；;，]){{0,60}}")
_BUTTON = (
    r"[【\[（(<]?\s*(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页)?|收藏(?:本页)?|我要(?:问|评|纠错|留言|咨询|分享)|纠错|分享(?:到|至)?|返回(?:顶部|首页|列表)?|"
    r"字[号体](?:大小)?|放大|缩小|默认|大|中|小|微信|微博|新浪微博|腾讯微博|QQ(?:空间|好友)?|扫一扫|复制链接|朗读|听全文|无障碍(?:阅读|浏览)?|长者(?:模式|版)|"
    r"简体|繁体|首页|登录|注册|下载(?:文字版|图片版|全文)?|上一[篇条]|下一[篇条]|更多|T|A[-+]?|0|PDF|Word|用户|邮箱|手机版|[+\-|｜>»·:：、/\s]+)\s*[】\]）)>]?"
)  # fmt: skip
_BUTTONS = re.compile(rf"(?:{_BUTTON}\s*)+")
_CRUMBS = re.compile(r"(?:当前位置|您(?:现在)?的位置|所在位置|首页)\s*[:：>»]?.{0,120}[>»].{0,80}")
_PAGE_END = re.compile(
    r"扫一扫在手机.{0,20}|用微信扫.{0,30}|[【\[]?(?:上一[篇条]|下一[篇条]|相关(?:链接|阅读|文章|新闻|信息|文档|解读)|延伸阅读|友情链接|主办单位|版权所有"
    r"|网站地图|联系我们|关于我们|网站声明|免责声明|分享到)[】\]]?\s*(?:[:：].*|[|｜ ].*)?"
    r"|(?:Copyright|©|版权所有|[\u4e00-\u9fff]{1,6}ICP备).*"
    r"|.{0,10}公网安备.*|.{0,40}网站标识码.*", re.IGNORECASE,
)  # fmt: skip
_LONGEST = 160
_ISSUER = re.compile(
    r"(?:(?:信息|文章|稿件)?来源|发布机构|发布单位|发文机关|发文单位)\s*[:：]\s*([\u4e00-\u9fff（）]{3,30})"
)
_DATE = re.compile(
    r"(?:发布时间|发布日期|成文日期|发文日期|公开日期|生成日期|时间|日期)\s*[:：]\s*"
    r"((?:19|20)\d\d)\s*[-年./]\s*(\d{1,2})(?:\s*[-月./]\s*(\d{1,2}))?"
)
_DATE_WORD = re.compile(r"(?:发布|成文|发文|公开|生成)(?:时间|日期)")


@dataclass(frozen=True, slots=True)
class Origin:
    """What the lines about a page say: who issued it, and when."""

    issuer: str
    published: str


def is_furniture(line: str) -> bool:
    """Whether a line is about the page it stands on, such as 浏览次数：31 字号：大 中 小.

    Examples
    --------
    >>> is_furniture("浏览次数:信息来源:市科技局发布时间:2022-04-11 16:09")
    True
    >>> is_furniture("来源于企业的研发投入达到20亿元。")
    False
    """
    bare = line.strip(" \t\u3000\xa0")
    if not bare or len(bare) > _LONGEST:
        return False
    if _BUTTONS.fullmatch(bare) and not bare.isdigit():
        return True
    if _CRUMBS.fullmatch(bare):
        return True
    if not _FIELD.match(bare):
        return False
    at = 0
    while at < len(bare):
        field = _FIELD.match(bare, at)
        if not field:
            return bool(_BUTTONS.fullmatch(bare, at))
        at = _VALUE.match(bare, field.end()).end()  # type: ignore[union-attr]
    return True


def is_page_end(line: str) -> bool:
    """Whether a line opens what stands below the text of a page: neighbours, links, whose site it is."""
    return len(line) <= _LONGEST and bool(_PAGE_END.fullmatch(line.strip(" \t\u3000\xa0")))


def find_origin(lines: list[str]) -> Origin:
    """Issuer and date (as 2022-04-11) from the lines about a page."""
    issuer = published = ""
    for line in lines:
        found = _ISSUER.search(line)
        if found and not issuer:
            issuer = re.split(r"(?:发布|成文|日期|时间|作者|浏览|点击|字[号体])", found.group(1))[0]
        day = _DATE.search(line)
        if day and not published and (_DATE_WORD.search(line) or is_furniture(line)):
            year, month, date = day.groups()
            published = f"{year}-{int(month):02d}" + (f"-{int(date):02d}" if date else "")
    return Origin(issuer, published)
