"""Reading bytes: encodings by rule, and clear refusals that say what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import ReadError
from compare.readers import decode, read_plan

RAW = Path(__file__).parent.parent / "data" / "raw"
PLANS = sorted(p for p in RAW.glob("*.txt"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_every_encoding_of_a_plan_gives_the_same_text(plan, encoding):
    text = plan.read_text(encoding="utf-8")
    assert decode(text.encode(encoding))[0] == text


def test_windows_line_ends_become_newlines_and_nothing_else_changes(tmp_path):
    file = tmp_path / "plan.txt"
    file.write_bytes("\ufeff第一行，　全角空格\r\n第二行 20 家\r\n".encode())
    assert read_plan(file).text == "第一行，　全角空格\n第二行 20 家\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Office"),
        (bytes(range(256)) * 40, "byte|control"),
        ("新增企业20家。".encode() * 20 + b"\xff" + "引进人才".encode() * 30, "byte"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_its_name_and_a_remedy(tmp_path, content, said):
    file = tmp_path / "坏文件.txt"
    file.write_bytes(content)
    with pytest.raises(ReadError, match=said) as caught:
        read_plan(file)
    assert caught.value.where == "坏文件.txt"
    assert caught.value.hint


def test_a_folder_or_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="regular file"):
        read_plan(tmp_path)
    with pytest.raises(ReadError, match="cannot be opened"):
        read_plan(tmp_path / "none.txt")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_read_error(data):
    try:
        text, encoding = decode(data)
    except ReadError as refusal:
        text, encoding, hint = "", "", refusal.hint
    else:
        hint = ""
    assert bool(hint) != bool(text.strip("\ufeff \t\r\n\u3000") and encoding)
