"""Hostile and unlucky files: each is refused in good time with a remedy, and costs no other plan."""

from __future__ import annotations

import io
import os
import sys
import time
import zipfile

import pytest

from compare.errors import ReadError
from compare.pipeline import build, load_tables
from compare.pipeline.registry import read_registry
from compare.readers import files, guard, read_limits, read_plan
from wrappings import write_docx, write_html

PLAN = "2022年苏州市科技工作要点\n一、培育企业\n新增高新技术企业20家以上，引进人才10人。\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="such files exist on POSIX systems only")


@pytest.fixture
def read(tmp_path):
    def run(content: bytes, name: str):
        file = tmp_path / name
        file.write_bytes(content)
        return read_plan(file)

    return run


def refused(call, *args, match: str) -> ReadError:
    began = time.monotonic()
    with pytest.raises(ReadError, match=match) as caught:
        call(*args)
    assert caught.value.hint
    assert time.monotonic() - began < 15
    return caught.value


# limits


def test_limits_are_set_in_one_place(monkeypatch):
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "pages=5, seconds=7")
    assert (read_limits().pages, read_limits().seconds, read_limits().mebibytes) == (5, 7, 64)
    for wrong in ("pages", "pages=x", "pagse=3", "pages=0", "pages=-1"):
        monkeypatch.setenv("PLANCOMPARE_LIMITS", wrong)
        with pytest.raises(ReadError, match="is no limit"):
            read_limits()


def test_a_text_of_200_mib_is_refused_without_being_read(tmp_path):
    file = tmp_path / "large.txt"
    with open(file, "wb") as out:
        out.truncate(200 * 2**20)
    error = refused(read_plan, file, match="200 MiB")
    assert "mebibytes=200" in error.hint


def test_a_million_lines_are_refused_quickly_or_read_on_demand(tmp_path, monkeypatch):
    file = tmp_path / "lines.txt"
    file.write_text("新增企业20家。\n" * 1_000_000, encoding="utf-8")
    assert "characters=9000000" in refused(read_plan, file, match="9,000,000 characters").hint
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "characters=9000000")
    assert read_plan(file).text.count("\n") == 1_000_000


def test_a_plan_of_many_like_lines_does_not_hold_up_the_others(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text(PLAN, encoding="utf-8")
    (raw / "b.txt").write_text(PLAN + "新增企业20家。\n" * 5_000, encoding="utf-8")
    began = time.monotonic()
    build(raw, tmp_path / "out")
    assert time.monotonic() - began < 30
    assert load_tables(tmp_path / "out").plans["file"].tolist() == ["a.txt", "b.txt"]


def test_a_text_of_too_many_characters_is_refused(read, monkeypatch):
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "characters=1000")
    assert "characters=" in refused(read, PLAN.encode() * 50, "long.txt", match="characters").hint


# archives and markup


def bomb(name: str, size: int = 300 * 2**20) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(name, "w", force_zip64=True) as part:
            part.write(b"<w:document>")
            for _ in range(size // 2**20):
                part.write(b" " * 2**20)
    return buffer.getvalue()


def test_zip_bombs_are_stopped_before_they_fill_the_memory(read):
    refused(read, bomb("word/document.xml"), "bomb.docx", match="zip bomb")
    refused(read, bomb("OFD.xml"), "bomb.ofd", match="zip bomb")


def test_many_parts_that_are_small_alone_are_stopped_together(read, monkeypatch):
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "unpacked=2 ratio=100000")
    refused(read, bomb("word/document.xml", 3 * 2**20), "bomb.docx", match="zip bomb")
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "parts=20")
    refused(read, write_docx([], body="<w:p/>", **{f"part{i}": "" for i in range(30)}), "parts.docx", match="parts")


ENTITIES = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
)


def test_entities_are_never_expanded(read):
    body = f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{"&b;" * 10}&c;20家</w:t></w:r></w:p></w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f'<?xml version="1.0"?>{ENTITIES}{body}')
    refused(read, buffer.getvalue(), "entities.docx", match="entities|no proper XML")
    lines = "<p>新增企业20家，引进人才10人。&b;&c;</p>" * 5
    text = read(f"<?xml version='1.0'?>{ENTITIES}<html><body>{lines}</body></html>".encode(), "entities.html").text
    assert "haha" not in text
    assert text.count("&c;") == 5


def test_deeply_nested_documents_are_refused(read):
    refused(read, write_docx([], body="<w:sdt>" * 50_000 + "</w:sdt>" * 50_000), "deep.docx", match="no proper XML")
    refused(read, b"{\\rtf1" + b"{" * 100_000 + b"20}", "deep.rtf", match="nested")


# files


@posix
def test_pipes_and_devices_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    refused(read_plan, tmp_path / "pipe.txt", match="regular file")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    refused(read_plan, tmp_path / "zero.txt", match="regular file")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    refused(read_plan, tmp_path / "loop.txt", match="cannot be opened")


@posix
def test_links_and_names_that_lead_out_of_the_folder_are_not_followed(tmp_path):
    raw = tmp_path / "raw"
    (raw / "sub").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text(PLAN, encoding="utf-8")
    (raw / "a.txt").write_text(PLAN, encoding="utf-8")
    (raw / "link.txt").symlink_to("../outside.txt")
    (raw / "sub" / "up").symlink_to(tmp_path)
    (raw / "inside.txt").symlink_to("a.txt")
    (raw / "plans.csv").write_text("file,city\n../outside.txt,南京市\na.txt,苏州市\na.txt,无锡市\n", encoding="utf-8")
    registry = read_registry(raw)
    assert [p.file for p in registry.plans] == ["a.txt", "inside.txt"]
    said = [(p.file, p.message) for p in registry.problems]
    assert any(file == "link.txt" and "leads out" in message for file, message in said)
    assert any("../outside.txt" in message for _, message in said)
    assert any("has a line already" in message for _, message in said)


NAMES = (
    "规划 （定稿）v2.txt", "план.txt", "خطة.txt", "計畫🚀.txt", "-rf.txt", "a'b\"c;$(x)`y`.txt", "=1+1.txt",
    "长" * 80 + ".txt", "x\x1b[31m.txt",
)  # fmt: skip


@posix
def test_names_in_any_script_and_length_work(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for number, name in enumerate(NAMES):
        (raw / name).write_text(PLAN + f"二、引进人才{number + 11}人。\n", encoding="utf-8")
    build(raw, tmp_path / "out")
    tables = load_tables(tmp_path / "out")
    assert set(tables.plans["file"]) == set(NAMES)
    assert tables.plans["plan_id"].is_unique
    for path in (tmp_path / "out" / "text").iterdir():
        assert path.read_text(encoding="utf-8").startswith("2022年苏州市")


def test_a_file_that_changes_while_it_is_read_is_read_again_or_refused(tmp_path, monkeypatch):
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    real, calls = files._read_once, []

    def unsteady(times: int):
        def run(path, limits):
            calls.append(path)
            data, steady = real(path, limits)
            return data, steady and len(calls) > times

        return run

    monkeypatch.setattr(files, "_PAUSE", 0.01)
    monkeypatch.setattr(files, "_read_once", unsteady(1))
    assert read_plan(file).text == PLAN
    calls.clear()
    monkeypatch.setattr(files, "_read_once", unsteady(99))
    refused(read_plan, file, match="changes while")


def test_growth_during_reading_is_noticed(tmp_path, monkeypatch):
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    real, seen = os.fstat, []

    def fstat(number):
        found = real(number)
        if not seen:
            seen.append(found)
            with open(file, "a", encoding="utf-8") as more:
                more.write("三、补充。\n")
        return found

    monkeypatch.setattr(files, "_PAUSE", 0.01)
    monkeypatch.setattr(files.os, "fstat", fstat)
    assert read_plan(file).text.endswith("三、补充。\n")


def test_raw_files_are_opened_for_reading_only(tmp_path, monkeypatch):
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    flags = []
    real = os.open
    monkeypatch.setattr(files.os, "open", lambda path, flag, *rest: flags.append(flag) or real(path, flag, *rest))
    read_plan(file)
    assert [flag & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) for flag in flags] == [0]


@posix
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):
        file.unlink()  # the administrator may read everything: a missing file stands for it
    refused(read_plan, file, match="cannot be opened")


# readers that hang, eat memory or die


@pytest.fixture
def odd_reader(tmp_path, monkeypatch):
    """Let the process that reads run other code in place of the web page reader."""

    def run(code: str) -> None:
        (tmp_path / "site").mkdir(exist_ok=True)
        (tmp_path / "site" / "sitecustomize.py").write_text(
            "import sys, importlib.util, types\n"
            "module = types.ModuleType('compare.readers.html')\n"
            f"exec({code!r}, module.__dict__)\n"
            "sys.modules['compare.readers.html'] = module\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
        guard.stop_worker()

    yield run
    guard.stop_worker()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time\ndef read_html(*_): time.sleep(60)", "was stopped"),
        ("def read_html(*_):\n    while True: pass", "was stopped"),
        ("def read_html(*_): bytearray(3 * 2**30)", "memory"),
        ("def read_html(*_):\n    kept = []\n    while True: kept.append(bytearray(2**24))", "memory"),
        ("import os\ndef read_html(*_): os.abort()", "broke down"),
        ("import sys\ndef read_html(*_): sys.exit()", "broke down"),
        ("def read_html(*_): 1 / 0", "ZeroDivisionError"),
        ("def read_html(*_): return read_html()", "memory"),
    ],
)
def test_a_reader_that_fails_costs_one_file_only(code, said, odd_reader, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANCOMPARE_LIMITS", f"seconds={2 if said == 'was stopped' else 30} memory=1024")
    odd_reader(code)
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.html").write_bytes(write_html(PLAN.split("\n")[:3]))
    (raw / "b.docx").write_bytes(write_docx(PLAN.split("\n")[:3]))
    (raw / "c.txt").write_text(PLAN, encoding="utf-8")
    report = build(raw, tmp_path / "out")
    assert set(load_tables(tmp_path / "out").plans["file"]) == {"b.docx", "c.txt"}
    (problem,) = report.lost
    assert problem.file == "a.html"
    assert said in problem.message
    assert problem.hint


def test_what_a_reader_prints_does_not_mix_with_its_answer(odd_reader, read):
    odd_reader(
        "import os\nfrom compare.readers.source import Parsed\n"
        "def read_html(*_):\n    print('noise'); os.system('echo noise'); return Parsed('新增企业20家。', 'utf-8')"
    )
    assert read(write_html(["x"]), "plan.html").text == "新增企业20家。\n"
