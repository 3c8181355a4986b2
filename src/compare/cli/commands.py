"""The subcommands; what a command needs is imported when it runs, so that `--help` is quick."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compare.cli.places import Places, default_raw, find_places, places_of
from compare.cli.terminal import explain_errors, prepare_streams, say, warn
from compare.errors import CompareError

if TYPE_CHECKING:
    from compare.pipeline import BuildReport
    from compare.problems import Problem

app = typer.Typer(
    name="plancompare",
    help="Compare what Chinese cities promise: from a folder of plans to tables, notebooks, figures and a brief.",
    epilog="Exit status: 0 all went well, 1 something was lost or wrong (see table problems), 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RawOption = Annotated[
    str | None,
    typer.Option(
        "--raw", metavar="DIR|URL", help="Folder of plans; also in object storage, such as s3://bucket/plans.",
        show_default="data/raw of the project",
    ),
]  # fmt: skip
OutOption = Annotated[
    str | None,
    typer.Option(
        "--out", metavar="DIR|URL", help="Folder for the tables; also in object storage.",
        show_default="processed, beside the plans",
    ),
]  # fmt: skip
CorrectionsOption = Annotated[
    str | None,
    typer.Option(
        "--corrections", metavar="DIR|none", help="Folder of corrections, or none to build without.",
        show_default="corrections, beside the plans",
    ),
]  # fmt: skip
JobsOption = Annotated[
    int, typer.Option("--jobs", min=0, help="Processes; 0 is one for few plans, one for each core for many.")
]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help="Analyse every plan anew, also those of which nothing has changed.")
]
ClusterOption = Annotated[
    str,
    typer.Option(
        "--cluster", metavar="ADDRESS|local", help="Analyse plans with Dask: tcp://host:8786, or local.",
        show_default="this machine without Dask",
    ),
]  # fmt: skip
TablesOption = Annotated[
    Path | None, typer.Option("--tables", help="Folder of tables.", show_default="data/processed of the project")
]
LangOption = Annotated[str, typer.Option("--lang", help="Language of labels: zh or en.")]


@app.command("all")
@explain_errors
def run_all(
    raw: RawOption = None,
    out: OutOption = None,
    corrections: CorrectionsOption = None,
    jobs: JobsOption = 0,
    lang: LangOption = "zh",
    fresh: FreshOption = False,
    cluster: ClusterOption = "",
) -> None:
    """Do everything: tables, notebooks, figures, brief, and the page that links them."""
    began = time.monotonic()
    places = find_places(raw, out, corrections)
    _check_language(lang)
    report = _build(places, jobs, fresh=fresh, cluster=cluster, lang=lang)
    made = [("tables", places.address or _near(places.out))]
    failed = False
    for what, write in _PRODUCTS:
        try:
            options = {"fresh": True} if fresh and write is _write_notebooks else {}
            made.append((what, _near(write(places, lang, **options))))
        except CompareError as error:
            failed = True
            warn(f"Error: {error}")
            made.append((what, "failed, see above"))
    say("")
    _say_findings(report)
    _say_changes(report, places)
    for what, where in made:
        say(f"  {what:12} {where}")
    say(f"  {'time':12} {time.monotonic() - began:.0f} s")
    if failed or report.lost:
        raise typer.Exit(1)


@app.command("build")
@explain_errors
def run_build(
    raw: RawOption = None,
    out: OutOption = None,
    corrections: CorrectionsOption = None,
    jobs: JobsOption = 0,
    fresh: FreshOption = False,
    cluster: ClusterOption = "",
    lang: LangOption = "zh",
) -> None:
    """Make the tables from a folder of plans."""
    _check_language(lang)
    places = find_places(raw, out, corrections)
    report = _build(places, jobs, fresh=fresh, cluster=cluster, lang=lang)
    _say_findings(report)
    _say_changes(report, places)
    say(f"  {'tables':12} {places.address or _near(places.out)}")
    say(f"  {'time':12} {report.seconds:.1f} s")
    if report.lost:
        raise typer.Exit(1)


@app.command("notebooks")
@explain_errors
def run_notebooks(
    tables: TablesOption = None,
    lang: LangOption = "zh",
    only: Annotated[
        list[str] | None, typer.Option(help="Name of one notebook, such as 01_targets; may be given again.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run also those of which nothing has changed.")] = False,
) -> None:
    """Run the notebooks over the tables and keep each as an HTML page."""
    _check_language(lang)
    say(f"notebooks {_near(_write_notebooks(places_of(tables), lang, only, fresh=fresh))}")


@app.command("figures")
@explain_errors
def run_figures(
    tables: TablesOption = None,
    lang: LangOption = "zh",
    size: Annotated[str, typer.Option("--size", help="Size in a brief: page, column or slide.")] = "page",
) -> None:
    """Export every figure as PNG, SVG and PDF."""
    _check_language(lang)
    say(f"figures {_near(_write_figures(places_of(tables), lang, size))}")


@app.command("brief")
@explain_errors
def run_brief(
    tables: TablesOption = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", metavar="FILE.yml", help="Cities, figures, language, title; docs/brief.yml shows how.",
            show_default="brief.yml of the project, if there is one",
        ),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", help="Language: zh or en.", show_default="that of the settings, or zh")
    ] = "",
) -> None:
    """Write the brief as a Word file and as a page."""
    if lang:
        _check_language(lang)
    for path in _write_briefs(places_of(tables), lang, settings):
        say(f"brief {_near(path)}")


@app.command("site")
@explain_errors
def run_site(tables: TablesOption = None, lang: LangOption = "zh") -> None:
    """Write the page that links tables, notebooks, figures, brief and the reading view of every plan."""
    _check_language(lang)
    say(f"start page {_near(_write_site(places_of(tables), lang))}")


@app.command("show")
@explain_errors
def run_show(
    plan: Annotated[str, typer.Argument(help="plan_id, file or city, as in table plans.")],
    tables: TablesOption = None,
    out: Annotated[Path | None, typer.Option(help="File or folder.", show_default="reports/html/reading")] = None,
    lang: LangOption = "zh",
    browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the reading view of one plan: its text with every target, number and theme marked."""
    from compare.pipeline import load_tables
    from compare.reading import write_reading
    from compare.reading.view import find_plan

    _check_language(lang)
    places = places_of(tables)
    loaded = load_tables(places.out)
    plan_id = find_plan(plan, loaded)
    page = write_reading(plan_id, loaded, out or places.reports / "html" / "reading", lang=lang)
    own = loaded.targets[loaded.targets["plan_id"] == plan_id]
    say(f"{plan_id}: {len(own)} targets, {int(own['masked'].sum())} of them masked")
    say(f"  {_near(page)}")
    if browser:
        typer.launch(str(page.resolve()))


@app.command("check")
@explain_errors
def run_check(files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Plan files.")]) -> None:
    """Say what the suite would make of plan files, without writing anything."""
    from compare.cli.checking import describe_plan

    lost = False
    for file in files:
        if not file.exists():
            raise typer.BadParameter(f"there is no file {str(file)!r}.", param_hint="FILE")
        lines, whole = describe_plan(file)
        lost = lost or not whole
        for line in lines:
            say(line)
    if lost:
        raise typer.Exit(1)


@app.command("evaluate")
@explain_errors
def run_evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="Folder of <plan>.targets.csv, <plan>.themes.csv.")],
    plans: Annotated[
        Path | None,
        typer.Option(help="Folder of the texts, if they are not in GOLD_DIR.", show_default="data/raw of the project"),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="List everything that differs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables of the README.")] = False,
    into: Annotated[
        list[Path] | None,
        typer.Option(help="Markdown file to put the tables into, between its accuracy marks; may be repeated."),
    ] = None,
    jobs: JobsOption = 0,
) -> None:
    """Score the suite against plans coded by hand; corrections are never used."""
    from compare.evaluate import evaluate_folder, format_markdown, format_text, put_between_marks

    if not gold.is_dir():
        raise typer.BadParameter(f"there is no folder {str(gold)!r}.", param_hint="GOLD_DIR")
    for path in into or ():
        if not path.is_file():
            raise typer.BadParameter(f"there is no file {str(path)!r}.", param_hint="--into")
    scores = evaluate_folder(gold, plans=plans or default_raw(), jobs=jobs, say=say if verbose else lambda *_: None)
    for path in into or ():
        filled = put_between_marks(path.read_text(encoding="utf-8"), partial(format_markdown, scores))
        path.write_text(filled, encoding="utf-8")
    if as_json:
        say(json.dumps(scores.as_dict(), ensure_ascii=False))
    else:
        say(format_markdown(scores) if markdown else format_text(scores))
    if scores.missing:
        raise typer.Exit(1)


@app.command("train")
@explain_errors
def run_train(
    coded: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of <plan>.themes.csv, as for evaluate; may be given again. All teach, the first is scored.",
            show_default="tests/gold and tests/invented of the project",
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(help="YAML file of coded sentences.", show_default="tests/cases/themes.yml of the project"),
    ] = None,
    raw: RawOption = None,
    corrections: CorrectionsOption = None,
    out: Annotated[Path | None, typer.Option(help="File for the vote.", show_default="the one in use")] = None,
    into: Annotated[
        Path | None, typer.Option(help="Markdown file to put the tables into, between its vote marks.")
    ] = None,
) -> None:
    """Train the vote on themes anew from coded and corrected sentences, and score it on plans it has not seen."""
    from compare.evaluate import (
        format_vote,
        format_vote_markdown,
        put_between_marks,
        read_examples,
        read_lessons,
        score_vote,
        teach,
    )
    from compare.themes import SHIPPED_VOTE, write_vote

    places = find_places(raw, None, corrections)
    tests = places.project / "tests"
    if not coded:
        coded = [tests / "gold", *(f for f in [tests / "invented"] if any(f.glob("*.themes.csv")))]
        cases = cases or (tests / "cases" / "themes.yml" if (tests / "cases" / "themes.yml").is_file() else None)
    for folder in coded:
        if not folder.is_dir():
            raise typer.BadParameter(f"there is no folder {str(folder)!r}.", param_hint="--coded")
    if cases is not None and not cases.is_file():
        raise typer.BadParameter(f"there is no file {str(cases)!r}.", param_hint="--cases")
    if into is not None and not into.is_file():
        raise typer.BadParameter(f"there is no file {str(into)!r}.", param_hint="--into")
    faults: list[Problem] = []
    lessons = read_lessons(coded, places.raw, places.corrections, say=faults.append)
    examples = read_examples(cases)
    for problem in faults:
        if problem.costs:
            warn(f"{problem.severity}: {problem}")
    out = out or SHIPPED_VOTE
    write_vote(teach(lessons, examples), out)
    count = sum(len(lesson.labelled) for lesson in lessons)
    say(f"trained on {count} sentences of {len(lessons)} plans and {len(examples)} single sentences")
    scored = {lesson.name for lesson in lessons if lesson.folder == str(coded[0])}
    scores = score_vote(lessons, examples, names=scored)
    say(format_vote(scores))
    if into is not None:
        filled = put_between_marks(into.read_text(encoding="utf-8"), lambda _: format_vote_markdown(scores), "vote")
        into.write_text(filled, encoding="utf-8")
    say("")
    say(f"  {'vote':12} {_near(out)}")
    if any(problem.costs for problem in faults):
        raise typer.Exit(1)


def main() -> None:
    """Run the command."""
    prepare_streams()
    app(prog_name="plancompare")


def _check_language(lang: str) -> None:
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} is neither zh nor en.", param_hint="--lang")


def _build(places: Places, jobs: int, *, fresh: bool, cluster: str, lang: str) -> BuildReport:
    from compare.pipeline import build

    try:
        report = build(
            places.raw, places.out, corrections=places.corrections, jobs=jobs, fresh=fresh, cluster=cluster,
            reports=places.changes, lang=lang, say=warn,
        )  # fmt: skip
    except KeyboardInterrupt:
        warn("Interrupted. The tables are as they were; the plans that were read are kept, and the next run goes on.")
        raise typer.Exit(130) from None
    for problem in report.problems:
        if problem.costs:
            warn(f"{problem.severity}: {problem}")
    if places.address:
        from compare.pipeline.remote import store_tables

        store_tables(places.out, places.address, say=warn)
    return report


def _say_findings(report: BuildReport) -> None:
    from compare.pipeline import count_problems

    counts = count_problems(report.problems)
    problems = ", ".join(f"{n} {severity}" for severity, n in counts.items()) or "none"
    say(f"  {'plans':12} {report.plans}")
    say(f"  {'targets':12} {report.targets}, {report.masked} of them masked, {report.corrected} corrected")
    say(f"  {'other numbers':12} {report.unclaimed}")
    say(f"  {'problems':12} {problems}{' (table problems says what to do)' if counts else ''}")
    say(f"  {'read anew':12} {report.analysed} of {report.plans} plans")


def _say_changes(report: BuildReport, places: Places) -> None:
    """Five lines on what differs from the last build."""
    from compare.changes import summarise_changes

    say(f"Since the last build ({_near(places.changes / 'changes.html')}):")
    for line in summarise_changes(report.changes):
        say(f"  {line}")


def _near(path: Path) -> str:
    """A path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _write_notebooks(places: Places, lang: str, only: list[str] | None = None, *, fresh: bool = False) -> Path:
    from compare.notebooks import run_notebooks

    out = places.reports / "html"
    inputs = [places.out, places.raw, places.project / "data" / "corrections"]
    run_notebooks(
        places.project / "notebooks", out, only=only, lang=lang, tables=places.out, inputs=() if fresh else inputs
    )
    return out


def _write_figures(places: Places, lang: str, size: str = "page") -> Path:
    from compare.pipeline import load_tables
    from compare.plots import export_figures

    out = places.reports / "figures"
    export_figures(load_tables(places.out), out, lang=lang, size=size)
    return out


def _write_brief(places: Places, lang: str) -> Path:
    # The language that holds without being asked for leaves that of the settings.
    return _write_briefs(places, "" if lang == "zh" else lang, None)[0]


def _write_briefs(places: Places, lang: str, settings: Path | None) -> list[Path]:
    """The brief by its settings: those given, else brief.yml of the project, else the standard ones."""
    from compare.brief import find_settings, write_briefs
    from compare.pipeline import load_tables

    return write_briefs(load_tables(places.out), places.reports, find_settings(settings, places.project, lang))


def _write_site(places: Places, lang: str) -> Path:
    from compare.pipeline import load_tables
    from compare.site import write_site

    return write_site(load_tables(places.out), places.reports / "html", lang=lang)


_PRODUCTS: tuple[tuple[str, Callable[..., Path]], ...] = (
    ("notebooks", _write_notebooks), ("figures", _write_figures), ("brief", _write_brief), ("start page", _write_site),
)  # fmt: skip
