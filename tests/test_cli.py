"""The command as a person uses it: what is printed, the exit status, and that nothing in a file steers the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from compare.cli import app
from compare.cli.terminal import printable
from compare.pipeline import load_tables

PLAN = "2022年苏州市科技工作要点\n一、培育企业\n新增高新技术企业20家以上，引进人才X人。\n"
COMMANDS = ["all", "build", "notebooks", "figures", "brief", "site", "show", "check", "evaluate", "train"]


@pytest.fixture
def run(monkeypatch):
    """Run the command in this process; returns the result with status and output."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*args: object):
        return CliRunner().invoke(app, [str(a) for a in args])

    return run


def test_every_command_has_help(run):
    listed = run("--help").output
    for name in COMMANDS:
        assert f" {name} " in listed
        result = run(name, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.output
    assert {c.name for c in app.registered_commands} == set(COMMANDS)


def test_every_option_is_explained_and_has_a_default_that_serves():
    optional = {("notebooks", "only"), ("evaluate", "into")}
    for name, command in typer.main.get_command(app).commands.items():
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", (name, parameter.name)
            if parameter.param_type_name == "option" and (name, parameter.name) not in optional:
                assert not parameter.required
                assert parameter.default is not None or parameter.show_default, (name, parameter.name)


def test_a_build_says_what_it_found_and_where(run, make_plans):
    raw = make_plans({"a.txt": PLAN})
    result = run("build", "--raw", raw)
    assert result.exit_code == 0, result.output
    assert "plans        1" in result.output
    assert "1 of them masked" in result.output
    assert str(raw.parent / "processed") in result.output
    assert len(load_tables(raw.parent / "processed").plans) == 1


def test_corrections_beside_the_plans_are_used_unless_told_otherwise(run, make_plans):
    raw = make_plans({"a.txt": PLAN})
    (raw.parent / "corrections").mkdir()
    lines = "plan_id,number,quote,field\na,X人,引进人才X人,delete\n"
    (raw.parent / "corrections" / "targets.csv").write_text(lines, encoding="utf-8")
    run("build", "--raw", raw)
    assert len(load_tables(raw.parent / "processed").targets) == 1
    run("build", "--raw", raw, "--corrections", "none")
    assert len(load_tables(raw.parent / "processed").targets) == 2


def test_something_lost_is_status_1(run, make_plans):
    result = run("build", "--raw", make_plans({"a.txt": PLAN, "b.txt": b""}))
    assert result.exit_code == 1
    assert "lost: b.txt: the file is empty" in result.output
    assert "plans        1" in result.output


@pytest.mark.parametrize(
    "args",
    [
        ["build", "--raw", "no-such-folder"],
        ["build", "--jobs", "-1"],
        ["build", "--colour", "red"],
        ["build", "--raw", ".", "--out", "."],
        ["build", "--raw", ".", "--corrections", "no-such-folder"],
        ["evaluate", "no-such-folder"],
        ["check", "no-such-file"],
        ["check"],
        ["figures", "--tables", "no-such-folder"],
        ["figures", "--lang", "fr", "--tables", "."],
        ["unknown"],
    ],
)
def test_wrong_usage_is_status_2(args, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert result.output.strip()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["build", "all"])
def test_outside_a_project_the_command_asks_for_a_folder(command, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(command)
    assert result.exit_code == 2
    assert "--raw" in result.output


def test_missing_tables_are_an_error_with_a_remedy(run, tmp_path):
    result = run("show", "x", "--tables", tmp_path)
    assert result.exit_code == 1
    assert "plancompare build" in result.output


def test_check_tells_about_a_plan_and_writes_nothing(run, make_plans):
    raw = make_plans({"a.txt": PLAN, "b.txt": b"", "plans.csv": "file,issuer\na.txt,某局\n"})
    before = sorted(raw.parent.rglob("*"))
    result = run("check", raw / "a.txt", raw / "b.txt")
    assert result.exit_code == 1
    for part in ("txt, utf-8", "2022年苏州市科技工作要点", "苏州市, 江苏省, prefecture (stated)", "2022", "某局",
                 "2, 1 of them masked", "lost", "the file is empty"):  # fmt: skip
        assert part in result.output
    assert sorted(raw.parent.rglob("*")) == before
    assert run("check", raw / "a.txt").exit_code == 0


def test_show_writes_the_reading_view(run, shipped, tmp_path, monkeypatch):
    result = run("show", "luan", "--tables", shipped, "--out", tmp_path / "luan.html")
    assert result.exit_code == 0, result.output
    assert "targets" in result.output
    assert "科技" in (tmp_path / "luan.html").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)  # tables that are no project's: pages go where the command is run
    assert run("show", "luan", "--tables", shipped).exit_code == 0
    assert (tmp_path / "reports" / "html" / "reading" / "luan.html").is_file()
    result = run("show", "nowhere", "--tables", shipped)
    assert result.exit_code == 1
    assert "luan" in result.output


def test_brief_is_written_by_its_settings(run, shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brief.yml").write_text("language: en\ncities: [luan]\nfigures: []\n", encoding="utf-8")
    result = run("brief", "--tables", shipped)
    assert result.exit_code == 0, result.output
    html = (tmp_path / "reports" / "brief.html").read_text(encoding="utf-8")
    assert 'lang="en"' in html
    assert (tmp_path / "reports" / "brief.docx").is_file()
    assert run("brief", "--tables", shipped, "--lang", "zh").exit_code == 0
    assert 'lang="zh-CN"' in (tmp_path / "reports" / "brief.html").read_text(encoding="utf-8")
    (tmp_path / "own.yml").write_text("laguage: en\n", encoding="utf-8")
    result = run("brief", "--tables", shipped, "--settings", tmp_path / "own.yml")
    assert result.exit_code == 1
    assert "own.yml line 1: unknown key 'laguage'" in result.output


def test_evaluate_prints_text_json_and_markdown(run, project, monkeypatch):
    monkeypatch.chdir(project)
    figures = json.loads(run("evaluate", "tests/gold", "--json").stdout)
    assert figures["plans_missing"] == []
    markdown = run("evaluate", "tests/gold", "--markdown").stdout
    assert f"| {figures['detect']['precision']:.3f} |" in markdown
    text = run("evaluate", "tests/gold", "--verbose").stdout
    assert f"{figures['coded']} coded targets" in text
    assert text.count("THEME ") == figures["themes"]["sentences"] - round(
        figures["themes"]["sentences"] * figures["themes"]["accuracy"]
    )


def test_evaluate_puts_its_tables_into_a_file(run, project, tmp_path, monkeypatch):
    monkeypatch.chdir(project)
    page = tmp_path / "page.md"
    page.write_text("# 准确率\n<!-- accuracy:begin -->\n<!-- accuracy:end -->\n", encoding="utf-8")
    chinese = tmp_path / "chinese.md"
    chinese.write_text("<!-- accuracy:begin zh -->\n<!-- accuracy:end -->\n", encoding="utf-8")
    assert run("evaluate", "tests/gold", "--into", page, "--into", chinese).exit_code == 0
    assert "查准率" in chinese.read_text(encoding="utf-8")
    markdown = run("evaluate", "tests/gold", "--markdown").stdout.strip()
    assert page.read_text(encoding="utf-8").startswith(f"# 准确率\n<!-- accuracy:begin -->\n\n{markdown}\n")


def test_evaluate_never_uses_corrections(run, project, make_plans, tmp_path):
    raw = make_plans({"luan.txt": (project / "data" / "raw" / "luan.txt").read_bytes()})
    gold = tmp_path / "gold"
    gold.mkdir()
    for part in ("targets", "sentences", "themes"):
        name = f"luan.{part}.csv"
        (gold / name).write_bytes((project / "tests" / "gold" / name).read_bytes())
    before = run("evaluate", gold, "--plans", raw, "--json").stdout
    (raw.parent / "corrections").mkdir()
    number = load_tables_of(run, raw).targets["number"].iloc[0]
    lines = f"plan_id,number,field\nluan,{number},delete\n"
    (raw.parent / "corrections" / "targets.csv").write_text(lines, encoding="utf-8")
    assert run("evaluate", gold, "--plans", raw, "--json").stdout == before


def load_tables_of(run, raw):
    run("build", "--raw", raw)
    return load_tables(raw.parent / "processed")


def test_a_file_cannot_steer_the_terminal(run, make_plans):
    hostile = "2022年苏州市\x1b[2J\u202e科技工作要点\n新增企业20家。\n"
    raw = make_plans({"a\x1b]0;x\x07.txt": hostile, "plans.csv": "file,title\nno\x1b[31m.txt,x\n"})
    for result in (run("build", "--raw", raw), run("check", next(p for p in raw.iterdir() if p.name != "plans.csv"))):
        assert "\x1b" not in result.output
        assert "\u202e" not in result.output
        assert "\\x1b" in result.output


def test_what_is_printable_stays_as_it_is():
    assert printable("新增20家，\tOK\n😀") == "新增20家，\tOK\n😀"
    assert printable("\x9b\u2028\u200f\ud800\U000e0041") == "\\x9b\\u2028\\u200f\\ud800\\U000e0041"


def test_python_m_compare_is_the_same_command(tmp_path):
    command = [sys.executable, "-m", "compare", "build", "--raw", str(tmp_path / "none")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "plancompare build" in ran.stderr


def test_output_works_on_a_terminal_without_chinese(make_plans):
    raw = make_plans({"a.txt": PLAN})
    ran = subprocess.run(
        [sys.executable, "-m", "compare", "check", str(raw / "a.txt")], capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert b"\\u82cf" in ran.stdout


def test_help_does_not_wait_for_heavy_libraries():
    heavy = ("pandas", "matplotlib", "sklearn", "scipy", "pyarrow")
    code = f"import sys, compare.cli; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
