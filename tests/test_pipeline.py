"""A build as a whole: what comes out, that nothing is lost, and that the set of tables is always one set."""

from __future__ import annotations

import errno
import inspect
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from compare.errors import BuildError, VocabularyError
from compare.pipeline import analysis, build, load_tables, read_registry, storage
from compare.readers import read_plan
from compare.schema import TABLES, read_csv, validate

PLAN = """2022年苏州市科技工作要点
一、培育企业
新增高新技术企业20家以上，技术合同成交额达到3.5亿元。
二、强化人才
引进高层次人才10人，举办活动X场。
"""
OTHER = "2022年宁波市科技工作要点\n一、建设平台\n新建省级重点实验室2家，其中农业领域1家。\n"


# what comes out


def test_every_table_keeps_its_contract(tables):
    for name, table in TABLES.items():
        validate(table, getattr(tables, name))


def test_the_shipped_plans_come_out_whole(tables, project):
    raw = project / "data" / "raw"
    assert set(tables.plans["file"]) == {p.name for p in raw.glob("*.txt")}
    assert not (tables.problems["severity"] != "note").any()
    for plan in tables.plans.itertuples():
        assert tables.text(plan.plan_id) == read_plan(raw / plan.file).text
        for name in ("sentences", "targets", "priorities"):
            assert (getattr(tables, name)["plan_id"] == plan.plan_id).any()


def test_every_offset_points_at_its_quote(tables):
    for name, columns in {
        "sentences": [("text", "start", "end")],
        "targets": [("quote", "start", "end"), ("number", "number_start", "number_end")],
        "unclaimed": [("quote", "start", "end"), ("number", "number_start", "number_end")],
    }.items():
        for row in getattr(tables, name).to_dict("records"):
            text = tables.text(row["plan_id"])
            for quote, start, end in columns:
                assert text[row[start] : row[end]] == row[quote]


def test_links_lead_to_targets_of_the_same_plan(tables):
    targets = tables.targets.set_index("target_id")
    for link in ("parent", "same_as"):
        linked = targets[targets[link] != ""]
        assert (targets.loc[linked[link], "plan_id"].to_numpy() == linked["plan_id"].to_numpy()).all()


def test_targets_have_a_theme(tables):
    assert (tables.targets["theme"] != "").all()


def test_csv_and_parquet_say_the_same(shipped):
    for name, table in TABLES.items():
        parquet = pd.read_parquet(shipped / f"{name}.parquet")
        pd.testing.assert_frame_equal(read_csv(table, shipped / f"{name}.csv"), parquet)


def test_csv_opens_right_in_a_spreadsheet(shipped):
    for name in TABLES:
        assert (shipped / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_package_is_valid_to_frictionless(shipped):
    from frictionless import Package

    report = Package(str(shipped / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_the_same_input_gives_the_same_bytes_with_one_process_or_two(shipped, project, tmp_path):
    build(project / "data" / "raw", tmp_path / "out", jobs=2)
    for path in sorted(shipped.glob("[!.]*.*")):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_plan_is_analysed_the_same_alone_and_among_others(build_plans, tmp_path):
    _, both = build_plans({"a.txt": PLAN, "b.txt": OTHER})
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "a.txt").write_text(PLAN, encoding="utf-8")
    build(tmp_path / "alone", tmp_path / "out")
    alone = load_tables(tmp_path / "out")
    for name in ("plans", "sentences", "targets", "unclaimed", "priorities"):
        frame = getattr(both, name)
        pd.testing.assert_frame_equal(frame[frame["plan_id"] == "a"].reset_index(drop=True), getattr(alone, name))


def test_the_report_counts_what_the_tables_hold(build_plans):
    report, tables = build_plans({"a.txt": PLAN})
    assert (report.plans, report.targets) == (1, len(tables.targets))
    assert report.masked == tables.targets["masked"].sum() == 1
    assert report.lost == ()


def test_tables_are_found_from_inside_the_project(build_plans, monkeypatch):
    _, tables = build_plans({"a.txt": PLAN})
    (tables.folder.parent / "raw" / "deep").mkdir()
    monkeypatch.chdir(tables.folder.parent / "raw" / "deep")
    assert load_tables().folder == tables.folder
    with pytest.raises(BuildError, match="no plan 'b'"):
        tables.text("b")


def test_newer_csv_files_win_over_parquet(build_plans):
    _, tables = build_plans({"a.txt": PLAN})
    path = tables.folder / "plans.csv"
    time.sleep(0.01)
    path.write_bytes(path.read_bytes().replace("苏州市".encode(), "无锡市".encode()))
    assert load_tables(tables.folder).plans["city"].tolist() == ["无锡市"]


# bad input


BAD = {
    "empty.txt": (b"", "lost", "empty"),
    "binary.txt": (bytes(range(256)) * 8, "lost", "binary.txt"),
    "broken.txt": ("科技工作要点新增企业".encode() * 20 + b"\xff\xfe\xff" + "科技".encode() * 9, "lost", "broken"),
    "silent.txt": ("科技工作要点\n一、总体要求\n加强领导，落实责任。\n".encode(), "note", "no number"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_costs_no_good_one(name, build_plans):
    content, severity, said = BAD[name]
    report, tables = build_plans({"a.txt": PLAN, name: content, "b.txt": OTHER})
    assert {"a.txt", "b.txt"} <= set(tables.plans["file"])
    rows = tables.problems[tables.problems["file"] == name]
    assert (rows["severity"] == severity).any()
    assert said in (rows["file"] + rows["message"]).str.cat()
    assert (rows["hint"] != "").all()
    assert bool(report.lost) is (severity == "lost")


def test_a_folder_without_plans_still_makes_every_table(build_plans):
    report, tables = build_plans({})
    assert report.plans == 0
    assert tables.problems["severity"].tolist() == ["lost"]
    for name, table in TABLES.items():
        assert list(getattr(tables, name).columns) == table.names


def test_a_fault_of_the_suite_costs_one_plan(build_plans, monkeypatch):
    real = analysis.score_themes
    monkeypatch.setattr(analysis, "score_themes", lambda d: real(d) if "苏州" in d.text else 1 / 0)
    report, tables = build_plans({"a.txt": PLAN, "b.txt": OTHER})
    assert tables.plans["file"].tolist() == ["a.txt"]
    assert "ZeroDivisionError" in report.lost[0].message


def test_a_wrong_vocabulary_leaves_the_tables_and_says_so(build_plans, monkeypatch):
    _, before = build_plans({"a.txt": PLAN})

    def fail(document):
        raise VocabularyError("unknown key 'wieght'.", where="themes.yml line 7", hint="Allowed here: weight.")

    with monkeypatch.context() as patch:
        patch.setattr(analysis, "score_themes", fail)
        with pytest.raises(VocabularyError, match="wieght"):
            build_plans({"a.txt": PLAN, "b.txt": OTHER})
    after = load_tables(before.folder)
    pd.testing.assert_frame_equal(after.targets, before.targets)
    assert after.text("a") == PLAN
    (problem,) = after.problems.to_dict("records")
    assert problem["severity"] == "lost"
    assert "line 7" in problem["message"]
    _, mended = build_plans({"a.txt": PLAN, "b.txt": OTHER})
    assert "lost" not in set(mended.problems["severity"])


def test_twins_are_noted_and_kept(build_plans):
    report, tables = build_plans({"a.txt": PLAN, "b.txt": PLAN, "c.txt": PLAN + "推进落实。\n"})
    assert len(tables.plans) == 3
    said = {p.file: p.message for p in report.problems}
    assert "'a.txt'" in said["b.txt"]
    assert "2022" in said["c.txt"]
    assert report.lost == ()


def test_a_plan_of_unknown_origin_asks_for_a_line_in_the_registry(build_plans):
    report, _ = build_plans({"a.txt": "新增高新技术企业20家以上。\n"})
    assert ["plans.csv" in p.hint for p in report.problems] == [True]


def test_text_cannot_run_as_a_formula(build_plans):
    _, tables = build_plans({"a.txt": PLAN, "plans.csv": 'file,city,title\na.txt,苏州市,"=HYPERLINK(""x"")"\n'})
    assert tables.plans["title"].tolist() == ['=HYPERLINK("x")']
    assert "'=HYPERLINK" in (tables.folder / "plans.csv").read_text(encoding="utf-8-sig")


def test_raw_files_are_not_touched(build_plans):
    _, tables = build_plans({"a.txt": PLAN})
    raw = tables.folder.parent / "raw"
    assert [p.name for p in raw.iterdir()] == ["a.txt"]
    assert (raw / "a.txt").read_bytes() == PLAN.encode()


def test_plans_and_tables_cannot_share_a_folder(make_plans):
    raw = make_plans({"a.txt": PLAN})
    with pytest.raises(BuildError, match="share a folder"):
        build(raw, raw)


# one set of tables, always


def write_generation(folder: Path, number: int) -> None:
    """A small set of files that all say which set they belong to."""
    names = [f"{i}.csv" for i in range(6)] + [f"text/{i}.txt" for i in range(4)]
    storage.swap_in(folder, {name: lambda: str(number).encode() for name in names})


def generations(folder: Path) -> set[str]:
    return {p.read_text() for p in folder.rglob("*.*") if p.is_file() and p.suffix in (".csv", ".txt")}


def test_texts_of_plans_that_are_gone_go_too(build_plans):
    _, tables = build_plans({"a.txt": PLAN, "b.txt": OTHER})
    (tables.folder.parent / "raw" / "b.txt").unlink()
    _, tables = build_plans({})
    assert [p.name for p in (tables.folder / "text").iterdir()] == ["a.txt"]


def test_a_full_disk_leaves_what_was_there(build_plans, monkeypatch):
    _, before = build_plans({"a.txt": PLAN})
    kept = {p.name: p.read_bytes() for p in before.folder.glob("*.csv")}
    written = []

    def fill(path, content):
        written.append(path)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        path.write_bytes(content)

    monkeypatch.setattr(storage, "_write_through", fill)
    with pytest.raises(BuildError, match=r"disk is full.*Free some space"):
        build_plans({"b.txt": OTHER})
    assert {p.name: p.read_bytes() for p in before.folder.glob("*.csv")} == kept
    assert not (before.folder / ".swap").exists()


def test_a_folder_that_cannot_be_written_to_is_named(make_plans, tmp_path, monkeypatch):
    raw = make_plans({"a.txt": PLAN})
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="no folder"):
        build(raw, tmp_path / "file")

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", "out")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(BuildError, match=r"cannot be written to.*--out"):
        build(raw, tmp_path / "out")


def test_an_interrupted_swap_is_finished_by_the_next_reader(build_plans, monkeypatch):
    _, before = build_plans({"a.txt": PLAN})
    moved = []
    real = storage.os.replace

    def stop(source, target):
        moved.append(target)
        if len(moved) == 4:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            build_plans({"a.txt": OTHER})
    tables = load_tables(before.folder)
    assert tables.plans["city"].tolist() == ["宁波市"]
    assert tables.text("a") == OTHER
    assert not (before.folder / ".swap").exists()


def test_builds_killed_at_random_leave_the_old_set_or_the_new(tmp_path):
    code = f"""
import sys
from pathlib import Path
from compare.pipeline import storage
{inspect.getsource(write_generation)}
folder, number = Path(sys.argv[1]), int(sys.argv[2])
while True:
    number += 1
    with storage.lock_folder(folder):
        storage.repair(folder)
        write_generation(folder, number)
    print(number, flush=True)
"""
    write_generation(tmp_path, 0)
    rng = random.Random(7)
    seen = 0
    for _ in range(8):
        args = [sys.executable, "-c", code, str(tmp_path), str(seen)]
        with subprocess.Popen(args, stdout=subprocess.PIPE, text=True) as child:
            for _ in range(rng.randint(1, 5)):
                child.stdout.readline()
            time.sleep(rng.random() * 0.02)
            child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            seen += sum(1 for _ in child.stdout) + 10
        with storage.lock_folder(tmp_path, wait=1):
            storage.repair(tmp_path)
        assert len(generations(tmp_path)) == 1
        assert not (tmp_path / ".swap").exists()


def test_a_second_build_waits_and_says_so(tmp_path):
    said = []
    with storage.lock_folder(tmp_path):  # noqa: SIM117
        with pytest.raises(BuildError, match="another build"), storage.lock_folder(tmp_path, wait=0.3, say=said.append):
            pass
    assert len(said) == 1
    with storage.lock_folder(tmp_path, wait=0):
        pass


def test_missing_tables_say_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(BuildError, match="plancompare build"):
        load_tables(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError, match="data/processed"):
        load_tables()


def test_subfolders_keep_their_path_in_every_table(build_plans):
    _, tables = build_plans({"2021/a.txt": PLAN, "2022/a.txt": OTHER})
    assert tables.plans["plan_id"].tolist() == ["a", "a-2"]
    assert tables.plans["file"].tolist() == ["2021/a.txt", "2022/a.txt"]
    assert set(tables.targets["file"]) == {"2021/a.txt", "2022/a.txt"}
    assert len(read_registry(tables.folder.parent / "raw").plans) == 2
