"""Traditional characters, compatibility forms, private codes: matched as plain ones, the text stays as written."""

from __future__ import annotations

from pathlib import Path

import pytest

from compare.readers import read_plan
from compare.structure import read_structure
from compare.structure.folding import fold_widths
from compare.targets import extract_targets

PLANS = sorted((Path(__file__).parent.parent / "data" / "raw").glob("*.txt"))
TRADITIONAL = (
    "2022年全市科技工作要點\n一、總體要求\n認真貫徹落實市委市政府的工作部署，推動科技創新發展。\n二、主要目標\n"
    "新增高新技術企業２０家以上，引進高層次人才10名，完成技術合同成交額3.5億元。\n"
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("高新技術企業與臺灣產業後續於", "高新技术企业与台湾产业后续于"),
        ("⼯⼚⼈⽅⻓⻔", "工厂人方长门"),
        ("樂金", "乐金"),
        ("２０％﹐︒；︵︶ＡＢ", "20%，。；（）AB"),
        ("\ue78d\ue78e\ue5e5\uf0b7", "，。 •"),
        ("乾县著名瞭望藉口", "乾县著名瞭望藉口"),
    ],
)  # fmt: skip
def test_other_forms_fold_to_plain_ones_one_for_one(written, plain):
    assert fold_widths(written) == plain
    assert len(written) == len(plain)


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_simplified_text_does_not_change(plan):
    text = "".join(c for c in plan.read_text(encoding="utf-8") if "\u4e00" <= c <= "\u9fff")
    assert fold_widths(text) == text


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16"])
def test_a_traditional_plan_is_read_like_a_simplified_one(encoding, tmp_path):
    file = tmp_path / "plan.txt"
    file.write_bytes(TRADITIONAL.encode(encoding))
    source = read_plan(file)
    assert source.text == TRADITIONAL
    document = read_structure(source.text)
    found = extract_targets(document, plan_id="plan", plan_year=2022).targets
    assert [(t.indicator, t.value_min) for t in found] == [
        ("hightech_firms", 20), ("highlevel_talent", 10), ("tech_contract_value", 3.5)
    ]  # fmt: skip
    assert "新增高新技術企業" in found[0].quote
