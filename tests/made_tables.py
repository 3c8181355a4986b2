"""Small made-up tables for the tests of everything that only reads tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from compare.pipeline import Tables
from compare.schema import TABLES, THEMES, make_frame

PLANS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "made_tables.yml").read_text(encoding="utf-8")
)
TEXTS: dict[str, str] = {plan: entry["text"] for plan, entry in PLANS.items()}
HOSTILE = """<script>alert(1)</script> & "引号" '撇' </p><img src=x onerror=alert(2)>"""
_RANKS = {"gamma-0": (1, 2), "alpha-0": (1, 2), "beta-0": (3, 3), "beta-1": (1, 1)}
_SHARED = (
    "target_id", "plan_id", "file", "indicator", "indicator_zh", "measure", "period", "unit_std", "value_min_std",
    "value_max_std", "bound", "masked",
)  # fmt: skip


def make_tables(folder: Path, plans: tuple[str, ...] = ("alpha", "beta", "gamma")) -> Tables:
    """Tables of up to three invented plans, their texts in `folder`."""
    (folder / "text").mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for plan in plans:
        (folder / "text" / f"{plan}.txt").write_text(TEXTS[plan], encoding="utf-8", newline="")
        own = {"plan_id": plan, "file": f"{plan}.txt"}
        sentences = [own | sentence for sentence in _split(plan)]
        rows["plans"].append(own | _describe(plan, len(sentences)))
        rows["sentences"] += sentences
        rows["targets"] += [own | _fill(plan, at, entry) for at, entry in enumerate(PLANS[plan]["targets"])]
        rows["unclaimed"] += [own | _span(plan, n, n) | {"reason": why} for n, why in PLANS[plan]["unclaimed"].items()]
        rows["priorities"] += [own | _weigh(plan, at, theme) for at, theme in enumerate(THEMES)]
        rows["clusters"].append(own | {"cluster": 1, "label": "", "silhouette": 0.1, "stability": 0.5})
    rows["comparisons"] = _compare(rows["targets"])
    return Tables(folder=folder, **{name: make_frame(TABLES[name], rows[name]) for name in TABLES})


def _describe(plan: str, sentences: int) -> dict[str, Any]:
    text = TEXTS[plan]
    return {
        "title": text.split("\n")[0], "city": PLANS[plan]["city"], "plan_year": 2030,
        "source_url": "javascript:alert(1)",
        "name_basis": "stated", "format": "txt", "encoding": "utf-8", "sha256": "0" * 64, "chars": len(text),
        "sentences": sentences,
    }  # fmt: skip


def _split(plan: str) -> list[dict[str, Any]]:
    """Sentences: lines, except that a line break inside a number joins two."""
    spans, start = [], 0
    for line in TEXTS[plan].replace("3\n个", "3 个").split("\n"):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    themes = PLANS[plan]["themes"]
    return [
        {
            "n": n, "section": "一、总体目标" if plan == "alpha" and n > 2 else "", "paragraph": n,
            "start": a, "end": b, "text": TEXTS[plan][a:b], "theme": themes[n % len(themes)], "confidence": 0.8,
            "terms": f"section;{HOSTILE}",
        }
        for n, (a, b) in enumerate(spans, 1)
    ]  # fmt: skip


def _span(plan: str, quote: str, number: str) -> dict[str, Any]:
    """A quote, a number in it, and where they stand."""
    start = TEXTS[plan].index(quote)
    begin = start + quote.rindex(number)
    return {
        "quote": quote, "start": start, "end": start + len(quote),
        "number": number, "number_start": begin, "number_end": begin + len(number),
    }  # fmt: skip


def _fill(plan: str, at: int, entry: dict[str, Any]) -> dict[str, Any]:
    """A whole row of table targets."""
    given = dict(entry)
    factor = given.pop("factor", 1)
    std = {f"{end}_std": given[end] * factor for end in ("value_min", "value_max") if end in given}
    common = {"period": "plan_year", "headline": at < 4, "firmness": "planned", "confidence": 0.9, "corrected": False}
    span = _span(plan, given["quote"], given["number"])
    return {"target_id": f"{plan}-{at}", "masked": False} | common | std | given | span


def _weigh(plan: str, at: int, theme: str) -> dict[str, Any]:
    share = 0.3 if theme == "talent" and plan == "beta" else 0.05
    return {
        "theme": theme, "sentences": 1, "chars": 10,
        "share": share, "share_low": share - 0.02, "share_high": share + 0.02, "targets": int(at < 3),
    }  # fmt: skip


def _compare(targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Counts of the two indicators that more than one plan has."""
    rows = []
    for target in targets:
        if target["indicator"] in ("hightech_firms", "highlevel_talent"):
            low, high = _RANKS.get(target["target_id"], (None, None))
            plans = sum(other["indicator"] == target["indicator"] for other in targets)
            rows.append(
                {name: target.get(name) for name in _SHARED}
                | {"group": target["indicator"], "mentions": 1, "plans": plans, "rank_low": low, "rank_high": high}
            )
    return rows
