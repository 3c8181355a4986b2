"""Where a command reads and writes: the folders that were named, and those that lie beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from compare.errors import BuildError


@dataclass(frozen=True, slots=True)
class Places:
    """Where a command reads and writes."""

    raw: Path
    out: Path
    corrections: Path | None
    project: Path

    @property
    def reports(self) -> Path:
        """What people read: figures, pages, briefs."""
        return self.project / "reports"

    @property
    def changes(self) -> Path:
        """The change report lies with the project's reports, or beside tables that lie elsewhere."""
        own = self.out.resolve() == (self.project / "data" / "processed").resolve()
        return self.reports if own else self.out.resolve().parent


def default_raw() -> Path | None:
    """The project's folder of plans, here or above; None where there is none."""
    from compare.pipeline import find_folder

    try:
        return find_folder("data/raw")
    except BuildError:
        return None


def find_places(raw: Path | None, out: Path | None, corrections: str | None) -> Places:
    """Where to read and write; what was not said lies beside the folder of plans."""
    raw = raw or default_raw()
    if raw is None:
        raise typer.BadParameter("there is no folder data/raw here or above; name one.", param_hint="--raw")
    if not raw.is_dir():
        raise typer.BadParameter(f"there is no folder {str(raw)!r}.", param_hint="--raw")
    beside = raw.resolve().parent
    out = out or beside / "processed"
    if out.resolve() == raw.resolve():
        raise typer.BadParameter("plans and tables cannot share a folder.", param_hint="--out")
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{str(out)!r} is no folder.", param_hint="--out")
    if corrections is None:
        folder = beside / "corrections" if (beside / "corrections").is_dir() else None
    else:
        folder = None if corrections.lower() == "none" else Path(corrections)
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {str(folder)!r}.", param_hint="--corrections")
    return Places(raw, out, folder, beside.parent if beside.name == "data" else Path.cwd())


def places_of(tables: Path | None) -> Places:
    """Where a command that reads tables finds them and writes to."""
    from compare.pipeline import find_folder

    out = tables or find_folder("data/processed")
    if not out.is_dir():
        raise typer.BadParameter(f"there is no folder {str(out)!r}.", param_hint="--tables")
    data = out.resolve().parent
    return Places(data / "raw", out, None, data.parent if data.name == "data" else Path.cwd())
