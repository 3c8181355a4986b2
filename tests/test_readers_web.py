"""Web pages: the main text alone, with its tables, and what the page says about itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from compare.errors import ReadError
from compare.pipeline import build, load_tables
from compare.readers import read_plan
from wrappings import URL, split_lines, write_html, write_markdown, write_mhtml

PLANS = sorted((Path(__file__).parent.parent / "data" / "raw").glob("*.txt"))
LINES = split_lines(PLANS[0].read_text(encoding="utf-8"))
FURNITURE = (
    "浏览次数", "字号", "打印", "关闭", "我要问", "首页", "办事服务", "备案号", "主办单位", "相关链接", "30家",
    "500万元", "999",
)  # fmt: skip
TABLE = (
    "<table><tr><th>指标</th><th>2022年目标</th></tr><tr><td>新增高新技术企业</td><td><p>20家</p><p>以上</p></td></tr>"
    "<tr><td>全社会研发投入增长</td><td>15%</td></tr></table>"
)


@pytest.fixture
def read(tmp_path):
    def run(content: str | bytes, name: str = "plan.html"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_plan(file)

    return run


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_the_main_text_comes_whole_and_nothing_else(plan, read):
    lines = split_lines(plan.read_text(encoding="utf-8"))
    found = read(write_html(lines)).text.split("\n")
    assert [line for line in lines if line not in found and "浏览次数" not in line and line != "字号:"] == []
    extra = "\n".join(line for line in found if line not in lines)
    assert [word for word in FURNITURE if word in extra] == []


def as_breaks(lines: list[str]) -> str:
    return "<br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in lines)


def as_layout_table(lines: list[str]) -> str:
    inner = "".join(f"<p>{line}</p>" for line in lines)
    return f"<table><tr><td><table width='100%'><tr><td>&nbsp;</td><td>{inner}</td></tr></table></td></tr></table>"


def as_word_export(lines: list[str]) -> str:
    span = "<p class=MsoNormal style='text-indent:32.0pt'><span lang=EN-US>{0}</span><span>{1}</span><o:p></o:p></p>"
    return "\n".join(span.format(line[:3], line[3:]) for line in lines)


def as_split_spans(lines: list[str]) -> str:
    return "\n".join("<p>" + "".join(f"<span>{c}</span>" for c in line) + "</p>" for line in lines)


def as_source_lines(lines: list[str]) -> str:
    cut = ("\n    ".join(line[i : i + 40] for i in range(0, len(line), 40)) for line in lines)
    return "\n".join(f"<div>{line}</div>" for line in cut)


@pytest.mark.parametrize("body", [as_breaks, as_layout_table, as_word_export, as_split_spans, as_source_lines])
def test_every_kind_of_markup_gives_the_same_text(body, read):
    found = read(write_html(LINES, body=body(LINES))).text.replace("\xa0", "").replace(" ", "").split("\n")
    assert [line for line in LINES if line.replace(" ", "") not in found] == []


def test_the_page_says_where_it_is_from(read):
    source = read(write_html(LINES))
    assert (source.format, source.title, source.issuer) == ("html", LINES[0], "示例市科学技术局")
    assert (source.source_url, source.published[:10]) == (URL, "2022-04-11")
    assert read(write_mhtml(LINES), "plan.mhtml").source_url == URL


def test_without_meta_the_lines_above_the_text_tell(read):
    page = (
        "<html><head><title>2022年全市科技工作要点_示例市科学技术局</title></head><body><h2>2022年全市科技工作要点</h2>"
        "<div>信息来源：示例市科技局　发布时间：2022-4-1 09:30　浏览次数：12　字号：[大 中 小]</div>"
        + "".join(f"<p>{line}</p>" for line in LINES[1:])
        + "</body></html>"
    )
    source = read(page)
    assert (source.issuer, source.published) == ("示例市科技局", "2022-04-01")
    assert "浏览次数" not in source.text


def test_what_a_page_says_goes_to_the_plans_where_the_registry_is_silent(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.html").write_bytes(write_html(LINES))
    (raw / "b.html").write_bytes(write_html(LINES))
    (raw / "plans.csv").write_text("file,issuer,source_url\nb.html,另一机关,https://b.example\n", encoding="utf-8")
    build(raw, tmp_path / "out")
    plans = load_tables(tmp_path / "out").plans.set_index("file")
    assert plans.loc["a.html", ["issuer", "source_url", "format"]].tolist() == ["示例市科学技术局", URL, "html"]
    assert plans.loc["b.html", ["issuer", "source_url"]].tolist() == ["另一机关", "https://b.example"]


def test_tables_keep_rows_and_cells(read):
    body = "".join(f"<p>{line}</p>" for line in LINES[:6]) + TABLE + "".join(f"<p>{line}</p>" for line in LINES[6:])
    lines = read(write_html(LINES, body=body)).text.split("\n")
    at = lines.index("指标\t2022年目标")
    assert lines[at + 1 : at + 3] == ["新增高新技术企业\t20家 以上", "全社会研发投入增长\t15%"]


def test_objective_tables_yield_targets(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    body = "".join(f"<p>{line}</p>" for line in [*LINES[:2], "一、主要目标"]) + TABLE
    (raw / "a.html").write_bytes(write_html(LINES, body=body))
    build(raw, tmp_path / "out")
    targets = load_tables(tmp_path / "out").targets
    assert {"20家 以上", "15%"} <= set(targets["number"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
@pytest.mark.parametrize("said", ["utf-8", "gb2312", "iso-8859-1"])
def test_the_charset_a_page_declares_does_not_matter(encoding, said, read):
    line = "二零二二年全市科技工作要求：新增企業二十家，引進人才三十名，完成技術合同交易金額四億元，推動科技成果轉化。"
    body = f"<p>{line}</p>" * 12
    page = f"<html><head><meta charset={said}><title>要求</title></head><body>{body}</body></html>"
    if encoding == "gb18030":
        page = page.replace("企業", "企业").replace("進", "进")
    text = read(page.encode(encoding)).text
    assert text.count("科技工作要求") == 12
    assert "\ufffd" not in text


def test_a_broken_byte_in_a_page_is_named_and_not_replaced(read):
    page = write_html(LINES)
    at = page.index("年".encode(), 2000) + 1
    with pytest.raises(ReadError, match=f"byte {at - 1}"):
        read(page[:at] + b"\xff" + page[at + 1 :])


def test_scripts_hidden_parts_and_deleted_words_stay_out(read):
    body = "".join(f"<p>{line}</p>" for line in LINES) + (
        "<script>var x = '新增777家';</script><style>p{content:'新增778家'}</style>"
        "<p style='display:none'>新增779家</p>"
        "<noscript>新增780家</noscript><p>新增<del>781</del><ins>20</ins>家企业。</p><!-- 新增782家 -->"
        "<textarea>新增783家</textarea><p>A&lt;script&gt;alert(1)&lt;/script&gt;研发投入增长15%。</p>"
    )
    text = read(write_html(LINES, body=body)).text
    assert not any(str(n) in text for n in range(777, 784))
    assert "新增20家企业。" in text
    assert "<script>alert(1)</script>" in text  # what a reader of the page sees; escaped wherever it is shown


def test_a_page_without_text_is_refused(read):
    with pytest.raises(ReadError) as caught:
        read("<html><head><script>load()</script></head><body><div id='app'></div></body></html>")
    assert caught.value.hint


def test_deeply_nested_tables_are_refused_or_read_and_never_hang(read):
    for depth in (20, 5_000, 200_000):
        page = "<html><body>" + "<table><tr><td>" * depth + "新增企业20家。" + "</td></tr></table>" * depth
        try:
            assert "20家" in read(page).text
        except ReadError as error:
            assert error.hint  # noqa: PT017


def test_markdown_loses_its_marks_and_keeps_its_tables(read):
    text = read(
        "# 2022年科技工作要点\n\n## 一、目标\n\n- 新增**高新技术企业**[20家](http://x)以上\n1. 引进人才10人\n\n"
        "| 指标 | 目标 |\n|:--|--:|\n| 研发投入 | 15% |\n\n> 注：~~30家~~ `X` 5*3*2 ![图](a.png)\n",
        "plan.md",
    ).text
    assert text == (
        "2022年科技工作要点\n\n一、目标\n\n新增高新技术企业20家以上\n1. 引进人才10人\n\n指标\t目标\n研发投入\t15%\n\n"
        "注： X 5*3*2\n"
    )


def test_markdown_says_where_it_is_from(read):
    front = b"---\ntitle: \xe8\xa6\x81\xe7\x82\xb9\nurl: https://a.example/1\n---\n"
    source = read(front + write_markdown(LINES), "plan.md")
    assert (source.format, source.title, source.source_url) == ("md", "要点", "https://a.example/1")
    assert source.text.startswith(LINES[0])


@pytest.mark.parametrize("name", ["plan.txt", "plan.doc", "plan.pdf", "plan"])
def test_a_wrong_suffix_works_with_a_note(name, read):
    source = read(write_html(LINES), name)
    assert source.format == "html"
    assert "html" in source.notes[0]
