"""Two builds side by side: what is new, what is gone, what has changed, from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Row = dict[str, str]

COLUMNS = ("about", "change", "plan_id", "file", "name", "field", "before", "after", "quote")
ABOUT = ("plan", "target", "priority", "cluster", "correction", "coverage")

_OF_PLAN = (
    "file", "title", "city", "province", "admin_level", "plan_year", "issuer", "source_url", "name_basis", "format",
    "encoding", "sha256",
)  # fmt: skip
_OF_TARGET = (
    "number", "indicator", "indicator_zh", "theme", "tier", "value_min", "value_max", "unit", "bound", "measure",
    "period", "masked", "headline", "due_year", "parent", "same_as", "firmness",
)  # fmt: skip
_STALE = ("corrections", "wrong")


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the build before; `first` tells that there was none to compare with."""

    rows: tuple[Row, ...] = ()
    first: bool = False

    def of(self, about: str) -> list[Row]:
        """The changes of one kind, see `ABOUT`."""
        return [row for row in self.rows if row["about"] == about]

    def count(self, about: str) -> dict[str, int]:
        """How many things of a kind changed in which way; fields of one thing count once."""
        things = {(r["change"], r["plan_id"], r["name"], r["quote"]) for r in self.of(about)}
        return dict(Counter(change for change, *_ in sorted(things)))


@dataclass
class ChangeFinder:
    """Compares two builds piece by piece, so that a large set need not be in memory at once."""

    rows: list[Row] = field(default_factory=list)
    _reported: dict[str, Counter[str]] = field(default_factory=lambda: {"before": Counter(), "after": Counter()})
    _who: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {"before": set(), "after": set()})

    def compare_rows(self, before: dict[str, pd.DataFrame], after: dict[str, pd.DataFrame]) -> None:
        """Compare targets and priorities of some plans, all rows of them.

        Parameters
        ----------
        before, after : dict of str to DataFrame
            Tables targets and priorities.
        """
        self.rows += find_target_changes(before["targets"], after["targets"])
        self.rows += find_shifts(before["priorities"], after["priorities"])
        for when, tables in (("before", before), ("after", after)):
            pairs = tables["targets"][["plan_id", "indicator"]].drop_duplicates()
            both = zip(pairs["plan_id"], pairs["indicator"], strict=True)
            named = {(str(p), str(i)) for p, i in both if i != "other"}
            self._reported[when].update(indicator for _, indicator in named)
            self._who[when] |= named

    def compare_sets(self, before: dict[str, pd.DataFrame], after: dict[str, pd.DataFrame]) -> None:
        """Compare the tables plans, clusters and problems of the two builds."""
        self.rows += find_plan_changes(before["plans"], after["plans"])
        self.rows += find_moves(before["clusters"], after["clusters"])
        self.rows += find_stale(before["problems"], after["problems"])

    def finish(self) -> Changes:
        """All changes in the order of `ABOUT`, and by plan."""
        rows = self.rows + list(self._find_lost_coverage())
        return Changes(tuple(sorted(rows, key=lambda r: (ABOUT.index(r["about"]), r["plan_id"]))))

    def _find_lost_coverage(self) -> Iterator[Row]:
        """Indicators that fewer plans have a target of; the counts are among the plans that were compared."""
        before, after = self._reported["before"], self._reported["after"]
        for indicator in sorted(before):
            if after[indicator] < before[indicator]:
                lost = sorted(p for p, i in self._who["before"] - self._who["after"] if i == indicator)
                yield _row(
                    "coverage", "lost", name=indicator, field="plans", before=before[indicator],
                    after=after[indicator], quote=", ".join(lost[:20]) + (" …" if len(lost) > 20 else ""),
                )  # fmt: skip


def find_plan_changes(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """Plans that are new, gone or changed, the last with each field that differs."""
    before, after = _drop_same(before, after, ["plan_id", *_OF_PLAN])
    old, new = _by(before, "plan_id"), _by(after, "plan_id")
    rows = []
    for plan_id in sorted(old.keys() | new.keys()):
        was, now = old.get(plan_id), new.get(plan_id)
        if was is None or now is None:
            about = now or was or {}
            rows.append(
                _row("plan", "gone" if now is None else "new", plan_id=plan_id, file=about["file"], name=about["title"])
            )
            continue
        for name in _OF_PLAN:
            if _written(was[name]) != _written(now[name]):
                values = {"before": was[name], "after": now[name]}
                if name == "sha256":
                    values = {"before": f"{was['chars']} characters", "after": f"{now['chars']} characters"}
                named = "text" if name == "sha256" else name
                rows.append(
                    _row("plan", "changed", plan_id=plan_id, file=now["file"], name=now["title"], field=named, **values)
                )
    return rows


def find_target_changes(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """Targets that are new, gone or changed.

    A target whose number was edited has another id; so what is gone and what is new is paired by plan and indicator as
    written, in the order of the text, before it counts as gone and new.
    """
    before, after = _drop_same(before, after, ["target_id", *_OF_TARGET])
    old, new = _by(before, "target_id"), _by(after, "target_id")
    rows = []
    for target_id in old.keys() & new.keys():
        rows += _target_fields(old[target_id], new[target_id])
    gone = _in_order(old[key] for key in old.keys() - new.keys())
    come = _in_order(new[key] for key in new.keys() - old.keys())
    for key in sorted(gone.keys() | come.keys()):
        was, now = gone.get(key, []), come.get(key, [])
        for a, b in zip(was, now, strict=False):
            rows += _target_fields(a, b)
        rows += [_target_row("gone", t, before=t["number"]) for t in was[len(now) :]]
        rows += [_target_row("new", t, after=t["number"]) for t in now[len(was) :]]
    return sorted(rows, key=lambda r: (r["plan_id"], r["name"], r["quote"], r["change"], r["field"], r["before"]))


def _drop_same(before: pd.DataFrame, after: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables without the rows that are in both, the same in all that is compared; most are."""
    import pandas as pd

    was, now = (pd.util.hash_pandas_object(frame[columns], index=False) for frame in (before, after))
    return before[~was.isin(now)], after[~now.isin(was)]


def _in_order(targets: Iterator[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for target in sorted(targets, key=lambda t: (t["plan_id"], t["number_start"], t["number_end"])):
        groups.setdefault((target["plan_id"], target["indicator_zh"]), []).append(target)
    return groups


def _target_fields(was: dict[str, Any], now: dict[str, Any]) -> list[Row]:
    """One row for each field that differs; links count only where one came or went, since ids change with numbers."""
    rows = []
    for name in _OF_TARGET:
        a, b = _written(was[name]), _written(now[name])
        if name in ("parent", "same_as"):
            a, b = bool(a), bool(b)  # type: ignore[assignment]
        if name in ("value_min", "value_max") and was["number"] != now["number"]:
            continue  # the number as written says it
        if a != b:
            rows.append(_target_row("changed", now, field=name, before=was[name], after=now[name]))
    return rows


def _target_row(change: str, target: dict[str, Any], **more: Any) -> Row:
    name = target["indicator"] if target["indicator"] != "other" else target["indicator_zh"]
    about = {"plan_id": target["plan_id"], "file": target["file"], "quote": target["quote"]}
    return _row("target", change, name=name, **{"field": "number", **about, **more})


def find_shifts(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """Shares of attention that moved so far that each lies outside the interval of the other."""
    both = before.merge(after, on=["plan_id", "theme"], suffixes=("_was", "")).dropna(
        subset=["share", "share_was", "share_low", "share_high", "share_low_was", "share_high_was"]
    )
    outside = (both["share"] < both["share_low_was"]) | (both["share"] > both["share_high_was"])
    outside &= (both["share_was"] < both["share_low"]) | (both["share_was"] > both["share_high"])
    return [
        _row(
            "priority", "shifted", plan_id=r["plan_id"], file=r["file"], name=r["theme"], field="share",
            before=_share(r, "_was"), after=_share(r, ""),
        )
        for r in both[outside].to_dict("records")
    ]  # fmt: skip


def _share(row: dict[Any, Any], end: str) -> str:
    share, low, high = (100 * row[f"{name}{end}"] for name in ("share", "share_low", "share_high"))
    return f"{share:.1f} % ({low:.1f} to {high:.1f})"


def find_moves(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """Plans in another cluster than before; clusters are numbered anew in each build, so they are matched first."""
    both = before.merge(after, on="plan_id", suffixes=("_was", "")).dropna(subset=["cluster", "cluster_was"])
    if both.empty:
        return []
    same = _match_clusters(both["cluster_was"].to_numpy(dtype=int), both["cluster"].to_numpy(dtype=int))
    pairs = zip(both["cluster_was"].tolist(), both["cluster"].tolist(), strict=True)
    moved = both[[same.get(was) != now for was, now in pairs]]
    return [
        _row(
            "cluster", "moved", plan_id=r["plan_id"], file=r["file"], name=r["label"], field="cluster",
            before=f"{r['cluster_was']} {r['label_was']}", after=f"{r['cluster']} {r['label']}",
        )
        for r in moved.to_dict("records")
    ]  # fmt: skip


def _match_clusters(was: NDArray, now: NDArray) -> dict[int, int]:
    """Which cluster of before is which of now, so that as many plans as can be stay where they were."""
    import numpy as np

    shared = np.zeros((was.max() + 1, now.max() + 1))
    np.add.at(shared, (was, now), 1)
    if ((shared > 0).sum(axis=0) <= 1).all() and ((shared > 0).sum(axis=1) <= 1).all():
        return dict(zip(*map(np.ndarray.tolist, np.nonzero(shared)), strict=True))
    from scipy.optimize import linear_sum_assignment

    return dict(zip(*map(np.ndarray.tolist, linear_sum_assignment(-shared)), strict=True))


def find_stale(before: pd.DataFrame, after: pd.DataFrame) -> list[Row]:
    """Corrections that no longer find what they were made for, and did so before."""
    known = {(r["file"], r["message"]) for r in _select_stale(before)}
    return [
        _row("correction", "stale", file=r["file"], name=r["message"], quote=r["hint"])
        for r in _select_stale(after)
        if (r["file"], r["message"]) not in known
    ]


def _select_stale(problems: pd.DataFrame) -> list[dict[Any, Any]]:
    stage, severity = _STALE
    return problems[problems["stage"].eq(stage) & problems["severity"].eq(severity)].to_dict("records")


def _by(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    return {str(row[key]): {str(k): v for k, v in row.items()} for row in frame.to_dict("records")}


def _row(about: str, change: str, **cells: Any) -> Row:
    return dict.fromkeys(COLUMNS, "") | {"about": about, "change": change} | {k: _written(v) for k, v in cells.items()}


def _written(value: Any) -> str:
    """A cell as a person would write it; missing values are empty."""
    import pandas as pd

    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
