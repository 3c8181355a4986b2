"""The site: everything linked, nothing broken, nothing loaded from elsewhere, tables that search and sort."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from browser import CHROMIUM, WHY_NOT, Browser
from compare.pipeline import Tables
from compare.schema import TABLES, read_csv
from compare.site import write_site
from compare.site.tables import list_columns
from made_tables import HOSTILE, make_tables

NOTEBOOK = '<html><head><title>哪些目标 &amp; 可比</title></head><body class="notebook"></body></html>'


@pytest.fixture
def made(tmp_path: Path) -> Tables:
    return make_tables(tmp_path / "processed")


@pytest.fixture
def site(made: Tables, tmp_path: Path) -> Path:
    reports = tmp_path / "reports"
    (reports / "html").mkdir(parents=True)
    (reports / "html" / "01_targets.html").write_text(NOTEBOOK, encoding="utf-8")
    (reports / "figures").mkdir()
    Image.new("RGB", (40, 20), "white").save(reports / "figures" / "01_coverage_zh.png")
    (reports / "figures" / "01_coverage_zh.svg").write_text("<svg/>", encoding="utf-8")
    (reports / "brief.docx").write_bytes(b"docx")
    (reports / "brief.html").write_text('<h1 id="brief">brief</h1>', encoding="utf-8")
    return write_site(made, reports / "html").parent


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    html = page.read_text(encoding="utf-8")
    for found in re.findall(r'(?:href|src)="([^"]*)"', html):
        parts = urlsplit(unescape(found))
        assert not parts.scheme, found
        yield (page.parent / unquote(parts.path)).resolve() if parts.path else page, unquote(parts.fragment)


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) == 4 + len(TABLES) + 3
    for page in pages:
        for target, fragment in _links(page):
            assert target.is_file(), (page, target)
            if fragment:
                assert f'id="{fragment}"' in unescape(target.read_text(encoding="utf-8")), (page, fragment)


def test_index_says_what_was_found_and_links_it(site: Path) -> None:
    html = (site / "index.html").read_text(encoding="utf-8")
    assert "3份计划共提出8项量化目标" in html
    assert re.search(r'<a href="reading/alpha\.html#alpha-0">甲市20家以上</a>', html)
    assert '<a href="01_targets.html">哪些目标 &amp; 可比</a>' in html
    assert 'href="brief.docx"' in html
    assert 'href="brief.html"' in html
    assert 'alt="01 coverage"' in html
    assert "没有问题" in html


def test_nothing_of_the_source_becomes_markup(site: Path) -> None:
    html = (site / "tables" / "sentences.html").read_text(encoding="utf-8")
    assert HOSTILE not in html
    assert HOSTILE in unescape(html)
    assert html.count("<script>") == 1


def test_tables_are_downloadable_as_they_are(site: Path, made: Tables) -> None:
    again = read_csv(TABLES["targets"], site / "tables" / "targets.csv")
    assert list(again["target_id"]) == list(made.targets["target_id"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_show_names_and_downloads_codes(made: Tables, tmp_path: Path, lang: str) -> None:
    folder = write_site(made, tmp_path / lang / "html", lang=lang).parent / "tables"
    bodies = (page.read_text(encoding="utf-8").split("<body")[1] for page in folder.glob("*.html"))
    seen = "".join(re.sub(r"<[^>]*>", " ", body) for body in bodies)
    codes = ("at_least", "plan_year", "hightech_firms", "value_min_std", "party_building", " False ")
    assert [code for code in codes if code in seen] == []
    assert ("不低于" if lang == "zh" else "at least") in seen
    assert b"at_least" in (folder / "targets.csv").read_bytes()


def test_figures_stand_with_the_code_that_draws_them(site: Path) -> None:
    html = unescape((site / "figures.html").read_text(encoding="utf-8"))
    assert "<code>compare.plot_coverage(tables.targets, plans=plans)</code>" in html
    assert 'href="figures/01_coverage_zh.svg" download' in html
    missing = html.split('id="missing"')[1]
    assert "compare.plot_years(" in missing
    assert "plot_coverage" not in missing
    assert 'href="figures.html#coverage"' in (site / "index.html").read_text(encoding="utf-8")


def test_reading_views_of_gone_plans_are_removed(site: Path, made: Tables, tmp_path: Path) -> None:
    write_site(make_tables(tmp_path / "fewer", ("beta",)), site)
    assert [p.name for p in (site / "reading").glob("*.html")] == ["beta.html"]


def test_writing_again_gives_the_same_bytes(site: Path, made: Tables) -> None:
    before = {p: p.read_bytes() for p in site.rglob("*") if p.is_file()}
    write_site(made, site)
    assert {p: p.read_bytes() for p in site.rglob("*") if p.is_file()} == before


def test_site_without_notebooks_figures_and_brief(made: Tables, tmp_path: Path) -> None:
    html = write_site(made, tmp_path / "alone" / "html", lang="en").read_text(encoding="utf-8")
    assert "Key findings" in html
    assert 'id="figures"' not in html


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(WHY_NOT)
    with Browser() as opened:
        yield opened


def test_browser_searches_and_sorts_a_table(browser: Browser, site: Path) -> None:
    browser.open(site / "tables" / "targets.html")
    search = "w => {const e = document.getElementById('words'); e.value = w; e.dispatchEvent(new Event('input'))}"
    browser.run(f"({search})('高新 丁市')")
    assert browser.run("document.getElementById('shown').textContent") == "显示 0 / 8 行"
    browser.run(f"({search})('高新 甲市')")
    assert browser.run("document.querySelectorAll('#rows tbody tr:not([hidden])').length") == 1
    column = [c.name for c in list_columns(TABLES["targets"])].index("value_min")
    browser.run(f"document.querySelectorAll('#rows thead button')[{column}].click()")
    values = browser.run(f"[...document.querySelectorAll('#rows tbody tr')].map(r => r.cells[{column}].textContent)")
    assert values == ["1.5", "3", "10", "12", "15", "20", "30", ""]
    assert browser.complaints() == []
    assert browser.requests() == []


def test_browser_shows_the_index(browser: Browser, site: Path) -> None:
    browser.open(site / "index.html")
    assert browser.run("document.querySelector('.thumbs img').naturalWidth") == 40
    assert browser.run("document.querySelectorAll('h1').length") == 1
    assert browser.complaints() == []
    fonts = browser.fonts("main")
    assert sum(n for name, n in fonts.items() if "CJK" in name) > 0.6 * sum(fonts.values()), fonts
