"""Every table's columns, types, units and keys, defined once; validation and the data package come from here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compare.errors import BuildError

if TYPE_CHECKING:
    import pandas as pd

THEMES = (
    "talent", "platforms", "agriculture", "party_building", "enterprises", "core_technology", "commercialisation",
    "industry", "cooperation", "reform", "finance", "livelihood", "outreach", "administration",
)  # fmt: skip
BOUNDS = ("at_least", "at_most", "exact", "about", "range", "benchmark")
MEASURES = ("level", "flow", "growth", "ratio", "ratio_change")
PERIODS = ("plan_year", "per_year", "cumulative")
FIRMNESS = ("binding", "planned", "aspired")
TIERS = ("national", "provincial+", "provincial", "municipal+", "municipal", "county+", "county")
NAME_BASES = ("stated", "registry", "inferred", "masked")
REASONS = (
    "past_result", "existing", "reward", "threshold", "date", "plan_period", "ordinal", "name", "reference",
    "project_size", "indefinite", "no_commitment", "unknown_unit", "corrected",
)  # fmt: skip

_DTYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Column:
    """One column: its name, Table Schema type, meaning, and what values it may hold."""

    name: str
    type: str
    description: str
    required: bool = False
    unit: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def dtype(self) -> str:
        """The pandas dtype of this column."""
        return _DTYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its key, and what one row stands for."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: tuple[str, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]


def _text(name: str, description: str, **more: Any) -> Column:
    return Column(name, "string", description, **more)


def _int(name: str, description: str, **more: Any) -> Column:
    return Column(name, "integer", description, **more)


def _num(name: str, description: str, **more: Any) -> Column:
    return Column(name, "number", description, **more)


def _bool(name: str, description: str, **more: Any) -> Column:
    return Column(name, "boolean", description, **more)


_PLAN = _text("plan_id", "Plan, as in table plans", required=True)
_FILE = _text("file", "Path of the source file, relative to the raw folder", required=True)
_SPAN = (
    _int("start", "Where the quote begins in text/<plan_id>.txt", required=True, unit="code points"),
    _int("end", "Where the quote ends (exclusive)", required=True, unit="code points"),
)
_THEME = _text("theme", "Theme the row is mainly about", allowed=(*THEMES, "none"))

PLANS = Table(
    "plans", "One row per plan that was read",
    (
        _PLAN, _FILE,
        _text("title", "Title of the plan"),
        _text("city", "City or county the plan is for"),
        _text("province", "Province"),
        _text("admin_level", "Level of government", allowed=("national", "province", "prefecture", "county")),
        _int("plan_year", "Year the plan is for"),
        _text("issuer", "Body that issued it"),
        _text("source_url", "Where it was published"),
        _text("published", "Day it was published, such as 2022-04-11, or only the month, 2022-04"),
        _text("name_basis", "How the city's name is known", allowed=NAME_BASES),
        _text("format", "File format found in the bytes", required=True),
        _text("encoding", "Character encoding found in the bytes", required=True),
        _text("sha256", "Digest of the raw file", required=True),
        _int("chars", "Length of the text", unit="code points"),
        _int("sentences", "Number of sentences"),
    ),
    key=("plan_id",), sort=("plan_id",),
)  # fmt: skip
SENTENCES = Table(
    "sentences", "One row per sentence, with its theme",
    (
        _PLAN, _FILE,
        _int("n", "Number of the sentence in its plan, from 1", required=True),
        _text("section", "Headings above it, outermost first, joined by ' / '"),
        _text("item", "Innermost item marker, such as 3. or 一是"),
        _int("paragraph", "Number of the paragraph it stands in, from 1; the unit of resampling", required=True),
        *_SPAN,
        _text("text", "The sentence as written"),
        _THEME,
        _text("also", "Up to two further themes, joined by ;"),
        _num("confidence", "How sure the theme is, from 0 to 1"),
        _text("terms", "Terms that decided the theme, joined by ;; 'section' where the heading did"),
    ),
    key=("plan_id", "n"), sort=("plan_id", "n"),
)  # fmt: skip
TARGETS = Table(
    "targets", "One row per committed quantity",
    (
        _text("target_id", "Key that survives edits elsewhere in the plan", required=True),
        _PLAN, _FILE,
        _text("section", "Headings above it, outermost first, joined by ' / '"),
        _text("item", "Innermost item marker"),
        _text("quote", "The clause that makes the commitment, as written", required=True),
        *_SPAN,
        _text("number", "The number with its bound words and unit, as written", required=True),
        _int("number_start", "Where the number begins", required=True, unit="code points"),
        _int("number_end", "Where the number ends (exclusive)", required=True, unit="code points"),
        _text("indicator", "Canonical indicator, or other", required=True),
        _text("indicator_zh", "Indicator as written, without verb, tier and number"),
        _THEME,
        _text("tier", "Level that recognises the thing; + for that level and above", allowed=TIERS),
        _num("value_min", "Lower end, in the unit as written"),
        _num("value_max", "Upper end, in the unit as written"),
        _text("unit", "Unit as written, with its magnitude"),
        _num("value_min_std", "Lower end, in unit_std"),
        _num("value_max_std", "Upper end, in unit_std"),
        _text("unit_std", "Canonical unit"),
        _text("bound", "How the number bounds the target", required=True, allowed=BOUNDS),
        _text("measure", "What kind of quantity", required=True, allowed=MEASURES),
        _text("period", "Time the quantity is counted over", required=True, allowed=PERIODS),
        _bool("masked", "The source hides the number", required=True),
        _bool("headline", "Stands in the plan's overall objectives", required=True),
        _int("due_year", "Year it is due, where the text says"),
        _text("parent", "target_id of the total that it is part of"),
        _text("same_as", "target_id of the first mention of the same target"),
        _text("firmness", "How binding the wording is", required=True, allowed=FIRMNESS),
        _num("confidence", "How sure the row is, from 0 to 1", required=True),
        _bool("corrected", "A person's correction changed or added it", required=True),
    ),
    key=("target_id",), sort=("plan_id", "number_start", "number_end"),
)  # fmt: skip
UNCLAIMED = Table(
    "unclaimed", "One row per other number with a unit, and why it is no target",
    (
        _PLAN, _FILE,
        _text("section", "Headings above it, outermost first, joined by ' / '"),
        _text("quote", "The sentence it stands in, as written", required=True),
        *_SPAN,
        _text("number", "The number as written", required=True),
        _int("number_start", "Where the number begins", required=True, unit="code points"),
        _int("number_end", "Where the number ends (exclusive)", required=True, unit="code points"),
        _text("unit", "Unit as written"),
        _text("reason", "Why it is no target", required=True, allowed=REASONS),
    ),
    key=("plan_id", "number_start"), sort=("plan_id", "number_start"),
)  # fmt: skip
PRIORITIES = Table(
    "priorities", "One row per plan and theme: the share of attention",
    (
        _PLAN, _FILE,
        _text("theme", "Theme", required=True, allowed=THEMES),
        _int("sentences", "Sentences mainly about it"),
        _int("chars", "Characters in those sentences", unit="code points"),
        _num("share", "Share of the themed characters", unit="fraction"),
        _num("share_low", "Lower end of the 95 % interval, paragraphs resampled", unit="fraction"),
        _num("share_high", "Upper end of the 95 % interval, paragraphs resampled", unit="fraction"),
        _int("targets", "Targets of this theme, repeats left out"),
    ),
    key=("plan_id", "theme"), sort=("plan_id", "theme"),
)  # fmt: skip
CLUSTERS = Table(
    "clusters", "One row per plan: its cluster by emphasis and its place on the map",
    (
        _PLAN, _FILE,
        _int("cluster", "Number of the cluster, from 1"),
        _text("label", "Themes that set the cluster apart"),
        _num("silhouette", "Silhouette width, -1 to 1"),
        _num("stability", "Mean overlap (Jaccard) of its cluster with its clusters in resamples, 0 to 1"),
        _num("x", "First coordinate of the plan map"),
        _num("y", "Second coordinate of the plan map"),
    ),
    key=("plan_id",), sort=("plan_id",),
)  # fmt: skip
COMPARISONS = Table(
    "comparisons", "One row per distinct target; one of each plan and group is ranked with its like",
    (
        _text("target_id", "Target, as in table targets", required=True),
        _PLAN, _FILE,
        _text("group", "Targets with the same group may be compared", required=True),
        _text("indicator", "Canonical indicator, or other", required=True),
        _text("indicator_zh", "Indicator as written"),
        _text("tier", "Level that recognises the thing", allowed=TIERS),
        _text("measure", "What kind of quantity", allowed=MEASURES),
        _text("period", "Time the quantity is counted over", allowed=PERIODS),
        _text("unit_std", "Canonical unit"),
        _num("value_min_std", "Lower end, in unit_std"),
        _num("value_max_std", "Upper end, in unit_std"),
        _text("bound", "How the number bounds the target", allowed=BOUNDS),
        _bool("masked", "The source hides the number"),
        _int("mentions", "How often the plan states it"),
        _int("plans", "Plans of the same year with a target in the group"),
        _int("rank_low", "Best rank the bounds allow, 1 is the largest"),
        _int("rank_high", "Worst rank the bounds allow"),
        _num("per_100k_people", "value_min_std (or value_max_std) per 100,000 residents", unit="unit_std per 100,000"),
        _num("per_gdp", "CNY targets as a share of GDP", unit="fraction"),
    ),
    key=("target_id",), sort=("group", "plan_id"),
)  # fmt: skip
PROBLEMS = Table(
    "problems", "What went wrong or needs a look, and what to do",
    (
        _text("file", "File it concerns", required=True),
        _text("stage", "Where it was found", required=True,
              allowed=("registry", "read", "structure", "targets", "themes", "corrections", "clusters", "comparison")),
        _text("severity", "lost: a plan is missing; wrong: input was ignored; note: worth a look", required=True,
              allowed=("lost", "wrong", "note")),
        _text("message", "What was found", required=True),
        _text("hint", "What to do"),
    ),
    key=(), sort=("file", "stage", "severity", "message"),
)  # fmt: skip

TABLES = {t.name: t for t in (PLANS, SENTENCES, TARGETS, UNCLAIMED, PRIORITIES, CLUSTERS, COMPARISONS, PROBLEMS)}

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MOST_FAULTS_SHOWN = 3


def make_frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a typed frame in the table's column order, sorted by its sort key.

    Parameters
    ----------
    table : Table
    rows : list of dict
        One dict per row; missing columns become missing values.

    Returns
    -------
    pandas.DataFrame
        One row per dict, columns and dtypes of `table`.

    Raises
    ------
    BuildError
        A row has a column that the table does not have.
    """
    import pandas as pd

    unknown = {k for keys in {tuple(row) for row in rows} for k in keys} - set(table.names)
    if unknown:
        raise BuildError(f"unknown columns {sorted(unknown)}.", where=f"table {table.name}")
    cells: dict[str, Any] = {c.name: [row.get(c.name) for row in rows] for c in table.columns}
    frame = pd.DataFrame(cells, columns=table.names).astype({c.name: c.dtype for c in table.columns})
    texts = [c.name for c in table.columns if c.type == "string"]
    frame[texts] = frame[texts].fillna("")
    if table.sort and len(frame):
        frame = frame.sort_values(list(table.sort), kind="stable")
    return frame.reset_index(drop=True)


def validate(table: Table, frame: pd.DataFrame) -> None:
    """Check columns, types, keys and allowed values of a frame against its table.

    Raises
    ------
    BuildError
        Names the table, the column and the first offending values.
    """
    import pandera.pandas as pa

    columns: dict[str, Any] = {}
    for column in table.columns:
        checks = []
        if column.allowed:
            checks.append(pa.Check.isin([*column.allowed, ""]))
        if column.required and column.type == "string":
            checks.append(pa.Check.str_length(min_value=1))
        columns[column.name] = pa.Column(column.dtype, checks, nullable=not column.required)
    schema = pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(table.key) or None)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.to_dict("records")
        complain(table, [(str(c["column"]), f"fails {c['check']}", [c["failure_case"]]) for c in cases])


def complain(table: Table, found: Iterable[tuple[str, str, list[Any]]]) -> None:
    """Raise a BuildError if any faults were found: column, broken rule and offending values of each."""
    faults = [(name, value, rule) for name, rule, values in found for value in values]
    if faults:
        shown = "; ".join(f"{name}: {value!r} {rule}" for name, value, rule in faults[:_MOST_FAULTS_SHOWN])
        raise BuildError(
            f"{len(faults)} cells break the contract ({shown}).",
            where=f"table {table.name}",
            hint="This is a fault of the build, not of the plans: please report it.",
        )


def guard_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `'` before each text cell that a spreadsheet would run as a formula."""
    guarded = frame.copy()
    for name in frame.columns:
        if frame[name].dtype == "string":
            risky = frame[name].str.startswith(FORMULA_STARTS).fillna(False)
            guarded[name] = frame[name].mask(risky, "'" + frame[name])
    return guarded


def to_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV bytes: UTF-8 with BOM, `\\n` line ends, numbers without needless zeros."""
    text = guard_formulas(frame).to_csv(index=False, float_format="%.12g", lineterminator="\n")
    return b"\xef\xbb\xbf" + text.encode("utf-8")


def read_csv(table: Table, path: Any) -> pd.DataFrame:
    """Read a table back from its CSV, undoing the formula guard; dtypes as in `table`."""
    import pandas as pd

    raw = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8-sig")
    missing = [n for n in table.names if n not in raw.columns]
    if missing:
        raise BuildError(
            f"columns {missing} are missing.", where=str(path), hint="Run `plancompare build` to make the tables anew."
        )
    data: dict[str, Any] = {}
    for column in table.columns:
        cells: Any = raw[column.name]
        if column.type == "string":
            guarded = cells.str.match(r"'[=+\-@\t\r]")
            data[column.name] = cells.mask(guarded, cells.str.slice(1)).astype("string")
        elif column.type == "boolean":
            data[column.name] = cells.map({"True": True, "False": False}).astype("boolean")
        else:
            data[column.name] = pd.to_numeric(cells.mask(cells == "")).astype(column.dtype)
    return pd.DataFrame(data, columns=table.names)


def describe_package(counts: dict[str, int]) -> str:
    """The Frictionless data package descriptor of all tables, as JSON text.

    Parameters
    ----------
    counts : dict of str to int
        Rows of each table, by table name.
    """
    resources = []
    for table in TABLES.values():
        fields = []
        for column in table.columns:
            entry: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
            if column.unit:
                entry["unit"] = column.unit
            if column.type == "boolean":
                entry |= {"trueValues": ["True"], "falseValues": ["False"]}
            constraints: dict[str, Any] = {}
            if column.required:
                constraints["required"] = True
            if column.allowed:
                constraints["enum"] = list(column.allowed)
            if constraints:
                entry["constraints"] = constraints
            fields.append(entry)
        contract: dict[str, Any] = {"fields": fields, "missingValues": [""]}
        if table.key:
            contract["primaryKey"] = list(table.key)
        if any(c.name == "plan_id" for c in table.columns) and table is not PLANS:
            reference = {"resource": "plans", "fields": ["plan_id"]}
            contract["foreignKeys"] = [{"fields": ["plan_id"], "reference": reference}]
        resources.append(
            {
                "name": table.name, "path": f"{table.name}.csv", "description": table.description,
                "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig",
                "dialect": {"csv": {}}, "rows": counts.get(table.name, 0), "schema": contract,
            }
        )  # fmt: skip
    package = {
        "name": "plancompare", "title": "Targets and priorities of science work plans",
        "profile": "tabular-data-package", "resources": resources,
    }  # fmt: skip
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"
