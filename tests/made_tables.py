"""Small made-up tables for the tests of everything that only reads tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compare.pipeline import Tables
from compare.schema import TABLES, THEMES, make_frame

HOSTILE = '<script>alert(1)</script> & "引号" \'撇\' </p><img src=x onerror=alert(2)>'
TEXTS = {
    "alpha": "\n".join(
        [
            "2030年甲市科技工作要点", "", "一、总体目标",
            "新增高新技术企业20家以上；引进人才X名；技术合同成交额达到1.5亿元，同比增长10%、12%。", "",
            "二、重点任务",
            "1.建设平台。新建重点实验室3\n个，去年建成5个。",
            f"说明{HOSTILE}，奖励100万元。",
        ]
    ),
    "beta": "乙县科技工作计划\n新增高新技术企业15家左右。\n引进人才12名。\n",
    "gamma": "丙市计划\n新增高新技术企业30家。\n",
}  # fmt: skip
CITIES = {"alpha": "甲市", "beta": "乙县", "gamma": "丙市"}
# plan, quote, number, indicator, name, theme, low, high, unit, factor, unit_std, bound, measure, masked
_TARGETS: list[tuple[Any, ...]] = [
    ("alpha", "新增高新技术企业20家以上", "20家以上", "hightech_firms", "高新技术企业", "enterprises", 20, None, "家", 1, "thing",
     "at_least", "flow", False),
    ("alpha", "引进人才X名", "X名", "highlevel_talent", "人才", "talent", None, None, "名", 1, "person", "exact", "flow", True),
    ("alpha", "技术合同成交额达到1.5亿元", "1.5亿元", "tech_contract_value", "技术合同成交额", "commercialisation", 1.5, 1.5, "亿元",
     1e8, "CNY", "exact", "level", False),
    ("alpha", "同比增长10%", "10%", "tech_contract_value", "技术合同成交额", "commercialisation", 10, 10, "%", 1, "percent", "exact",
     "growth", False),
    ("alpha", "新建重点实验室3\n个", "3\n个", "labs", "重点实验室", "platforms", 3, 3, "个", 1, "thing", "exact", "flow", False),
    ("beta", "新增高新技术企业15家左右", "15家左右", "hightech_firms", "高新技术企业", "enterprises", 15, 15, "家", 1, "thing", "about",
     "flow", False),
    ("beta", "引进人才12名", "12名", "highlevel_talent", "人才", "talent", 12, 12, "名", 1, "person", "exact", "flow", False),
    ("gamma", "新增高新技术企业30家", "30家", "hightech_firms", "高新技术企业", "enterprises", 30, 30, "家", 1, "thing", "exact",
     "flow", False),
]  # fmt: skip
_UNCLAIMED = [
    ("alpha", "2030年", "date"), ("alpha", "5个", "past_result"), ("alpha", "100万元", "reward"), ("alpha", "12%", "no_commitment"),
]  # fmt: skip
_SENTENCE_THEMES = {"alpha": ("talent", "platforms", "none"), "beta": ("talent", "enterprises"), "gamma": ("enterprises",)}


def make_tables(folder: Path, plans: tuple[str, ...] = ("alpha", "beta", "gamma")) -> Tables:
    """Tables of up to three invented plans, their texts in `folder`."""
    (folder / "text").mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for plan in plans:
        text = TEXTS[plan]
        (folder / "text" / f"{plan}.txt").write_text(text, encoding="utf-8", newline="")
        sentences = _split(plan, text)
        rows["sentences"] += sentences
        rows["plans"].append(
            {
                "plan_id": plan, "file": f"{plan}.txt", "title": text.split("\n")[0], "city": CITIES[plan], "plan_year": 2030,
                "name_basis": "stated", "format": "txt", "encoding": "utf-8", "sha256": "0" * 64, "chars": len(text),
                "sentences": len(sentences), "source_url": "javascript:alert(1)",
            }
        )  # fmt: skip
        for at, theme in enumerate(THEMES):
            share = 0.3 if theme == "talent" and plan == "beta" else 0.05
            rows["priorities"].append(
                {
                    "plan_id": plan, "file": f"{plan}.txt", "theme": theme, "sentences": 1, "chars": 10, "share": share,
                    "share_low": max(share - 0.02, 0), "share_high": share + 0.02, "targets": int(at < 3),
                }
            )  # fmt: skip
        rows["clusters"].append(
            {"plan_id": plan, "file": f"{plan}.txt", "cluster": 1, "label": "", "silhouette": 0.1, "stability": 0.5}
        )
    rows["targets"] = [_target(at, *row) for at, row in enumerate(_TARGETS) if row[0] in plans]
    rows["unclaimed"] = [_other(*row) for row in _UNCLAIMED if row[0] in plans]
    rows["comparisons"] = _compare(rows["targets"])
    return Tables(folder=folder, **{name: make_frame(TABLES[name], rows[name]) for name in TABLES})


def _split(plan: str, text: str) -> list[dict[str, Any]]:
    """Sentences: lines, except that a line break inside a number joins two."""
    spans, start = [], 0
    for line in text.replace("3\n个", "3 个").split("\n"):
        if line.strip():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    themes = _SENTENCE_THEMES[plan]
    section = "一、总体目标" if plan == "alpha" else ""
    return [
        {
            "plan_id": plan, "file": f"{plan}.txt", "n": n, "section": section if n > 2 else "", "paragraph": n, "start": a,
            "end": b, "text": text[a:b], "theme": themes[n % len(themes)], "confidence": 0.8, "terms": f"section;{HOSTILE}",
        }
        for n, (a, b) in enumerate(spans, 1)
    ]  # fmt: skip


def _target(at: int, plan: str, quote: str, number: str, *rest: Any) -> dict[str, Any]:
    indicator, name, theme, low, high, unit, factor, unit_std, bound, measure, masked = rest
    text = TEXTS[plan]
    start = text.index(quote)
    begin = start + quote.rindex(number)
    return {
        "target_id": f"{plan}-{at}", "plan_id": plan, "file": f"{plan}.txt", "quote": quote, "start": start,
        "end": start + len(quote), "number": number, "number_start": begin, "number_end": begin + len(number),
        "indicator": indicator, "indicator_zh": name, "theme": theme, "value_min": low, "value_max": high, "unit": unit,
        "value_min_std": None if low is None else low * factor, "value_max_std": None if high is None else high * factor,
        "unit_std": unit_std, "bound": bound, "measure": measure, "period": "plan_year", "masked": masked, "headline": at < 4,
        "firmness": "planned", "confidence": 0.9, "corrected": False,
    }  # fmt: skip


def _other(plan: str, number: str, reason: str) -> dict[str, Any]:
    begin = TEXTS[plan].index(number)
    return {
        "plan_id": plan, "file": f"{plan}.txt", "quote": number, "start": begin, "end": begin + len(number), "number": number,
        "number_start": begin, "number_end": begin + len(number), "unit": number[-1], "reason": reason,
    }  # fmt: skip


def _compare(targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shared = ("target_id", "plan_id", "file", "indicator", "indicator_zh", "measure", "period", "unit_std", "value_min_std",
              "value_max_std", "bound", "masked")  # fmt: skip
    ranks = {"gamma-7": (1, 2), "alpha-0": (1, 2), "beta-5": (3, 3), "beta-6": (1, 1)}
    rows = []
    for target in targets:
        if target["measure"] == "flow" and target["indicator"] in ("hightech_firms", "highlevel_talent"):
            low, high = ranks.get(target["target_id"], (None, None))
            plans = sum(t["indicator"] == target["indicator"] for t in targets)
            rows.append(
                {name: target[name] for name in shared}
                | {"group": target["indicator"], "mentions": 1, "plans": plans, "rank_low": low, "rank_high": high}
            )
    return rows
