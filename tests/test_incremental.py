"""What a rerun does again: exactly the plans of which something has changed, and never a stale answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from compare.pipeline import BuildReport, analysis, build, engines, load_tables, sets
from compare.pipeline.cache import FOLDER, BuildCache
from compare.schema import TABLES

PLANS = {
    "a.txt": "2022年苏州市科技工作要点\n一、培育企业\n新增高新技术企业20家以上，引进人才X人。\n",
    "b.txt": "2022年宁波市科技工作要点\n一、建设平台\n新建省级重点实验室2家。\n",
    "c.txt": "2022年无锡市科技工作要点\n一、强化人才\n引进高层次人才10人。\n",
}


@pytest.fixture
def raw(make_plans) -> Path:
    return make_plans(PLANS)


@pytest.fixture
def rebuild(raw, monkeypatch) -> Callable[..., tuple[set[str], BuildReport]]:
    """Build again; returns the files that were analysed, and the report."""
    seen: list[str] = []
    real = analysis.analyse_file

    def watched(plan, corrections):
        seen.append(plan.file)
        return real(plan, corrections)

    monkeypatch.setattr(analysis, "analyse_file", watched)

    def run(**options) -> tuple[set[str], BuildReport]:
        seen.clear()
        report = build(raw, raw.parent / "processed", jobs=1, **options)
        assert report.analysed == len(seen)
        return set(seen), report

    run()
    return run


def tables_of(folder: Path) -> dict[str, bytes]:
    """The files of a set of tables, texts and parts included."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if FOLDER not in p.parts}


def check_against_fresh(raw: Path, tmp_path: Path, **options) -> None:
    """The tables are those of a build that knows nothing of earlier ones."""
    build(raw, tmp_path / "anew", jobs=1, **options)
    assert tables_of(raw.parent / "processed") == tables_of(tmp_path / "anew")


def test_nothing_changed_means_nothing_done(rebuild, raw):
    before = {p: p.stat().st_mtime_ns for p in (raw.parent / "processed").glob("*.*")}
    seen, report = rebuild()
    assert seen == set()
    assert (report.plans, report.targets, report.masked) == (3, 4, 1)
    assert report.changes.rows == ()
    assert {p: p.stat().st_mtime_ns for p in (raw.parent / "processed").glob("*.*")} == before


def test_a_plan_with_other_bytes_is_read_again(rebuild, raw, tmp_path):
    (raw / "a.txt").write_text(PLANS["a.txt"].replace("20家", "25家"), encoding="utf-8")
    assert rebuild()[0] == {"a.txt"}
    assert "25家以上" in set(load_tables(raw.parent / "processed").targets["number"])
    check_against_fresh(raw, tmp_path)


def test_a_change_of_the_same_size_and_time_is_seen(rebuild, raw):
    path = raw / "a.txt"
    status = path.stat()
    path.write_text(PLANS["a.txt"].replace("20家", "25家"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert rebuild()[0] == {"a.txt"}


def test_a_plan_with_other_metadata_is_read_again(rebuild, raw, tmp_path):
    (raw / "plans.csv").write_text("file,city,plan_year\nb.txt,温州市,2023\n", encoding="utf-8")
    assert rebuild()[0] == {"b.txt"}
    (raw / "plans.csv").write_text("file,city,plan_year\nb.txt,温州市,2024\na.txt,苏州市,\n", encoding="utf-8")
    assert rebuild()[0] == {"a.txt", "b.txt"}
    check_against_fresh(raw, tmp_path)


def test_a_plan_with_other_corrections_is_read_again(rebuild, raw, tmp_path):
    folder = tmp_path / "corrections"
    folder.mkdir()
    rebuild(corrections=folder)
    lines = "plan_id,number,quote,field\nc,10人,引进高层次人才10人,delete\n"
    (folder / "targets.csv").write_text(lines, encoding="utf-8")
    assert rebuild(corrections=folder)[0] == {"c.txt"}
    assert "c" not in set(load_tables(raw.parent / "processed").targets["plan_id"])
    check_against_fresh(raw, tmp_path, corrections=folder)
    assert rebuild(corrections=None)[0] == set()  # what was found without corrections is still known
    assert "c" in set(load_tables(raw.parent / "processed").targets["plan_id"])


def test_new_and_gone_plans_cost_only_themselves(rebuild, raw, tmp_path):
    (raw / "d.txt").write_text(PLANS["a.txt"].replace("苏州", "常州"), encoding="utf-8")
    (raw / "b.txt").unlink()
    assert rebuild()[0] == {"d.txt"}
    assert load_tables(raw.parent / "processed").plans["plan_id"].tolist() == ["a", "c", "d"]
    check_against_fresh(raw, tmp_path)


def test_a_renamed_plan_is_read_again(rebuild, raw, tmp_path):
    (raw / "a.txt").rename(raw / "e.txt")
    assert rebuild()[0] == {"e.txt"}
    check_against_fresh(raw, tmp_path)


def test_another_context_makes_the_tables_anew_but_reads_no_plan(rebuild, raw, tmp_path):
    (raw / "context.csv").write_text("city,year,population\n苏州市,2021,10000000\n", encoding="utf-8")
    assert rebuild()[0] == set()
    assert load_tables(raw.parent / "processed").comparisons["per_100k_people"].notna().any()
    check_against_fresh(raw, tmp_path)


def test_fresh_reads_everything_and_keeps_it(rebuild):
    assert rebuild(fresh=True)[0] == set(PLANS)
    assert rebuild()[0] == set()


def test_the_cache_may_go_at_any_time(rebuild, raw, tmp_path):
    shutil.rmtree(raw.parent / "processed" / FOLDER)
    assert rebuild()[0] == set(PLANS)
    assert rebuild()[0] == set()
    check_against_fresh(raw, tmp_path)


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 99, None])
def test_a_damaged_cache_is_started_anew(rebuild, raw, tmp_path, damage):
    path = BuildCache(raw.parent / "processed").path
    content = path.read_bytes()
    if damage is None:  # one entry is not what it was
        at = content.rindex("宁波".encode()) if "宁波".encode() in content else content.rindex(b"\x28\xb5\x2f\xfd")
        damage = content[: at + 8] + bytes(255 - b for b in content[at + 8 : at + 24]) + content[at + 24 :]
    path.write_bytes(damage)
    (raw / "a.txt").write_text(PLANS["a.txt"].replace("20家", "25家"), encoding="utf-8")
    assert "a.txt" in rebuild()[0]
    check_against_fresh(raw, tmp_path)


def test_tables_that_somebody_changed_are_made_anew(rebuild, raw, tmp_path):
    for name in ("targets.csv", "plans.parquet", "text/a.txt"):
        (raw.parent / "processed" / name).write_bytes(b"mine")
        assert rebuild()[0] == set()
        check_against_fresh(raw, tmp_path)
    (raw.parent / "processed" / "clusters.csv").unlink()
    rebuild()
    check_against_fresh(raw, tmp_path)


def test_what_cannot_be_read_is_tried_again(rebuild, raw):
    (raw / "d.txt").write_bytes(b"")
    assert rebuild()[0] == {"d.txt"}
    assert rebuild()[0] == {"d.txt"}
    (raw / "d.txt").write_text(PLANS["a.txt"].replace("苏州", "常州"), encoding="utf-8")
    seen, report = rebuild()
    assert seen == {"d.txt"}
    assert report.lost == ()


def test_other_vocabulary_and_other_code_read_everything_again(raw, project, tmp_path):
    """In a copy of the package, as vocabulary and code are loaded once in a process."""
    package = tmp_path / "src" / "compare"
    shutil.copytree(project / "src" / "compare", package, ignore=shutil.ignore_patterns("__pycache__"))
    code = "import sys; from pathlib import Path; from compare.pipeline import build; "
    code += "print(build(Path(sys.argv[1]), Path(sys.argv[2]), jobs=1).analysed)"

    def analysed() -> int:
        environment = os.environ | {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", code, str(raw), str(tmp_path / "out")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return int(done.stdout)

    def change(name: str, old: str, new: str) -> None:
        path = package / name
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    assert (analysed(), analysed()) == (3, 0)
    change("vocabulary/indicators.yml", "zh: ", "zh:  ")
    assert analysed() == 3
    change("targets/judgement.py", '"""', '"""A change. ')
    assert analysed() == 3
    change("cli/commands.py", '"""', '"""A change. ')
    change("plots/__init__.py", '"""', '"""A change. ')
    assert analysed() == 0
    change("clusters/map.py", '"""', '"""A change. ')
    assert analysed() == 0  # the tables are made anew, from the plans as they are known
    assert pd.read_parquet(tmp_path / "out" / "plans.parquet")["plan_id"].tolist() == ["a", "b", "c"]


# large sets


@pytest.fixture
def large(monkeypatch) -> None:
    """Sets count as large from the third plan on, with a part for every plan or so."""
    monkeypatch.setattr(sets, "MOST_TOGETHER", 2)
    monkeypatch.setattr(sets, "PLANS_A_PART", 1)


@pytest.mark.parametrize("at_a_time", [1, 128])
def test_a_large_set_holds_the_same_rows(raw, tmp_path, large, monkeypatch, at_a_time):
    monkeypatch.setattr(sets, "PARTS_AT_A_TIME", at_a_time)
    build(raw, tmp_path / "large", jobs=1)
    assert (tmp_path / "large" / "sentences").is_dir()
    monkeypatch.undo()
    build(raw, tmp_path / "small", jobs=1)
    one, other = load_tables(tmp_path / "large"), load_tables(tmp_path / "small")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert [one.text(p) for p in "abc"] == [other.text(p) for p in "abc"]


def test_a_large_set_is_the_same_byte_for_byte_from_one_process_and_from_several(raw, tmp_path, large):
    for jobs in (1, 2):
        build(raw, tmp_path / str(jobs), jobs=jobs)
    one, several = (
        {p.relative_to(tmp_path / jobs): p.read_bytes() for p in (tmp_path / jobs).rglob("*") if p.suffix != ".sqlite"
         and p.is_file()}
        for jobs in "12"
    )  # fmt: skip
    assert Path("clusters.csv") in one
    assert one == several


def test_work_beside_gives_its_result_or_raises_here():
    for workers in (1, 2):
        with engines.Beside(workers) as beside:
            beside.load("json")
            assert beside.start(int, "7")() == 7
            with pytest.raises(ValueError, match="seven"):
                beside.start(int, "seven")()


def test_parts_of_a_large_set_stay_where_nothing_changed(raw, tmp_path, large, rebuild):
    folder = raw.parent / "processed"
    parts = {p: p.stat().st_mtime_ns for p in folder.rglob("part-*.parquet")}
    assert len(parts) == 5 * 4
    assert rebuild()[0] == set()
    (raw / "a.txt").write_text(PLANS["a.txt"].replace("20家", "25家"), encoding="utf-8")
    seen, report = rebuild()
    assert seen == {"a.txt"}
    written = {p for p in parts if p.stat().st_mtime_ns != parts[p]}
    assert 0 < len(written) < len(parts)
    assert [(r["before"], r["after"]) for r in report.changes.of("target")] == [("20家以上", "25家以上")]
    check_against_fresh(raw, tmp_path)


def test_a_part_that_somebody_changed_is_made_anew(raw, tmp_path, large, rebuild):
    part = next((raw.parent / "processed" / "targets").glob("part-*.parquet"))
    part.write_bytes(b"mine")
    assert rebuild()[0] == set()
    check_against_fresh(raw, tmp_path)


def test_a_set_may_grow_large_and_small_again(raw, tmp_path, monkeypatch):
    out = raw.parent / "processed"
    build(raw, out, jobs=1)
    small = (out / "targets.csv").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(sets, "MOST_TOGETHER", 2)
        report = build(raw, out, jobs=1, fresh=True)
        assert report.changes.rows == ()
        assert not (out / "sentences.csv").exists()
        assert (out / "targets.csv").read_bytes() == small
    report = build(raw, out, jobs=1, fresh=True)
    assert report.changes.rows == ()
    check_against_fresh(raw, tmp_path)
    assert not (out / "targets").exists()


def test_an_interrupted_build_goes_on_where_it_stopped(raw, rebuild, monkeypatch):
    for name in "defgh":
        (raw / f"{name}.txt").write_text(PLANS["a.txt"].replace("苏州", "常州") + name, encoding="utf-8")
    before = tables_of(raw.parent / "processed")
    watched, read = analysis.analyse_file, []

    def stop(plan, corrections):
        read.append(plan.file)
        if len(read) == 4:
            raise KeyboardInterrupt
        return watched(plan, corrections)

    with monkeypatch.context() as patch:
        patch.setattr(analysis, "analyse_file", stop)
        with pytest.raises(KeyboardInterrupt):
            rebuild()
    assert tables_of(raw.parent / "processed") == before
    seen, report = rebuild()
    assert not seen & set(read[:2])
    assert report.plans == 8
