"""Write the index, the figures, the tables and the reading views into one folder that works from the file system."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from compare.brief import Cited, find_findings, say_years
from compare.reading import write_reading
from compare.reading.markup import fit
from compare.reading.page import fill_page, write_page
from compare.reading.rows import say_value
from compare.schema import TABLES
from compare.site.gallery import copy_figures, write_gallery
from compare.site.tables import link_target, write_table
from compare.style.names import name_plans, name_theme, say_percent, say_source
from compare.vocabulary.labels import label, read_words

if TYPE_CHECKING:
    from compare.pipeline import Tables

_STYLES = ("reading/look.css", "site/site.css")
_MOST_READINGS = 500
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def write_site(
    tables: Tables,
    folder: Path | str = "reports/html",
    *,
    figures: Path | str | None = None,
    brief: Path | str | None = None,
    changes: Path | str | None = None,
    lang: str = "zh",
) -> Path:
    """Write the site: an index page, one of all figures, one for each table, and the reading view of each plan.

    Everything the pages need is copied into the folder, so that it can be moved or sent as a whole.

    Parameters
    ----------
    tables : Tables
    folder : Path or str
        Where the executed notebooks are already, if there are any.
    figures : Path or str, optional
        Folder of exported figures. Default: `figures` beside `folder`.
    brief : Path or str, optional
        The Word file; its page is looked for beside it. Default: `brief.docx` beside `folder`.
    changes : Path or str, optional
        The change report. Default: `changes.html` beside `folder`.
    lang : {"zh", "en"}

    Returns
    -------
    Path
        The index page.
    """
    folder = Path(folder)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    words = read_words("site/words.yml", lang)
    title = words["title"].format(years=say_years(tables, lang))
    notebooks = _list_notebooks(folder)
    pictures = copy_figures(Path(figures) if figures else folder.parent / "figures", folder, lang)
    write_gallery(pictures, folder, words, _STYLES, lang)
    given: dict[str, Any] = {"title": title, "words": words, "styles": _STYLES, "lang": lang}
    readings = _write_readings(tables, folder, lang)
    targets = dict(zip(tables.targets["target_id"], tables.targets["plan_id"], strict=True))
    values: dict[str, Any] = {
        "w": words, "lang": lang, "title": title, "source": say_source(tables.plans, lang), "notebooks": notebooks,
        "findings": [_link_finding(f, targets, readings) for f in find_findings(tables, lang)],
        "plans": _list_plans(tables, readings, lang),
        "plans_note": words["plans_note"] if readings else words["too_many"].format(most=_MOST_READINGS),
        "figures": pictures,
        "tables": [
            write_table(
                table, getattr(tables, table.name), tables.folder, folder, names=name_plans(tables.plans, lang),
                readings=readings, **given,
            )
            for table in TABLES.values()
        ],
        "files": _copy_files(tables, folder, words, brief, changes),
        "problems": [
            row | {"severity": label("severity", row["severity"], lang)} for row in tables.problems.to_dict("records")
        ],
    }  # fmt: skip
    listed = ("found", "plans", "figures", "notebooks", "tables", "files", "problems")
    sections = [key for key in listed if key in ("found", "problems") or values[key]]
    page = fill_page("site/index.html", styles=_STYLES, sections=sections, **values)
    return write_page(folder / "index.html", page)


def _write_readings(tables: Tables, folder: Path, lang: str) -> dict[str, str]:
    """The reading views, by plan: where they are, as seen from the index. None when there are too many plans."""
    plans = list(tables.plans["plan_id"])
    if len(plans) > _MOST_READINGS:
        return {}
    stale = set((folder / "reading").glob("*.html"))
    written = {plan: write_reading(plan, tables, folder / "reading", lang=lang) for plan in plans}
    for path in stale - set(written.values()):
        path.unlink()
    return {plan: f"reading/{quote(path.name)}" for plan, path in written.items()}


def _link_finding(finding: tuple[str | Cited, ...], plans: Mapping[str, str], readings: Mapping[str, str]) -> Markup:
    """A finding whose numbers lead to their places in the texts."""
    parts = Markup("")
    for part in finding:
        if isinstance(part, str):
            parts += fit(part)
        else:
            parts += link_target(part.text, part.target_id, plans.get(part.target_id, ""), readings)
    return parts


def _list_plans(tables: Tables, readings: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """A row for each plan: what was found in it."""
    names = name_plans(tables.plans, lang)
    targets = tables.targets.groupby("plan_id").agg(rows=("masked", "size"), masked=("masked", "sum"))
    others = tables.unclaimed.groupby("plan_id").size()
    shares = tables.priorities.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    tops = shares.drop_duplicates("plan_id").set_index("plan_id")
    rows = []
    for plan in tables.plans.to_dict("records"):
        key = plan["plan_id"]
        top = tops.loc[key] if key in tops.index else None
        rows.append(
            {
                "href": readings.get(key, ""), "name": names[key], "title": plan["title"] or plan["file"],
                "year": say_value("plan_year", plan["plan_year"]),
                "sentences": say_value("sentences", plan["sentences"]),
                "targets": int(targets["rows"].get(key, 0)), "masked": int(targets["masked"].get(key, 0)),
                "others": int(others.get(key, 0)),
                "emphasis": "" if top is None else f"{name_theme(top['theme'], lang)} {say_percent(top['share'])}",
            }
        )  # fmt: skip
    return rows


def _list_notebooks(folder: Path) -> list[tuple[str, str]]:
    """Titles and places of the executed notebooks."""
    found = []
    for path in sorted(folder.glob("*.html")):
        page = path.read_text(encoding="utf-8")
        if '<body class="notebook">' not in page:
            continue
        title = _TITLE.search(page)
        found.append((unescape(title.group(1)) if title else path.stem, quote(path.name)))
    return found


def _copy_files(
    tables: Tables, folder: Path, words: dict[str, str], brief: Path | str | None, changes: Path | str | None
) -> list[tuple[str, str]]:
    """Other files to link, copied into the site; a copy of one that is gone is removed."""
    brief = Path(brief) if brief else folder.parent / "brief.docx"
    sources = {
        words["brief"]: (brief, "brief.docx"),
        words["brief_page"]: (brief.with_suffix(".html"), "brief.html"),
        words["changes"]: (Path(changes) if changes else folder.parent / "changes.html", "changes.html"),
        words["package"]: (tables.folder / "datapackage.json", "tables/datapackage.json"),
    }
    files = []
    for name, (source, place) in sources.items():
        if source.is_file():
            shutil.copyfile(source, folder / place)
            files.append((name, place))
        else:
            (folder / place).unlink(missing_ok=True)
    return files
