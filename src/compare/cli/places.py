"""Where a command reads and writes: the folders that were named, and those that lie beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import typer

from compare.cli.terminal import warn
from compare.errors import BuildError


@dataclass(frozen=True, slots=True)
class Places:
    """Where a command reads and writes."""

    raw: Path
    out: Path
    corrections: Path | None
    project: Path
    address: str = ""
    """Where in object storage the tables are put too, once they are built."""

    @property
    def reports(self) -> Path:
        """What people read: figures, pages, briefs."""
        return self.project / "reports"

    @property
    def changes(self) -> Path:
        """The change report lies with the project's reports, or beside tables that lie elsewhere."""
        own = self.out.resolve() == (self.project / "data" / "processed").resolve()
        return self.reports if own or self.address else self.out.resolve().parent


def default_raw() -> Path | None:
    """The project's folder of plans, here or above; None where there is none."""
    from compare.pipeline import find_folder

    try:
        return find_folder("data/raw")
    except BuildError:
        return None


def find_places(raw: str | None, out: str | None, corrections: str | None) -> Places:
    """Where to read and write; what was not said lies beside the folder of plans. Plans at an address are fetched."""
    from compare.pipeline.remote import is_address

    folder_of_plans = _fetch(raw, out) if raw and is_address(raw) else Path(raw) if raw else default_raw()
    if folder_of_plans is None:
        raise typer.BadParameter("there is no folder data/raw here or above; name one.", param_hint="--raw")
    if not folder_of_plans.is_dir():
        raise typer.BadParameter(f"there is no folder {raw!r}.", param_hint="--raw")
    places = _find_local(folder_of_plans, Path(out) if out and not is_address(out) else None, corrections)
    return _redirect(places, out) if out and is_address(out) else places


def _fetch(raw: str, out: str | None) -> Path:
    """The folder that holds what lies at an address."""
    from compare.pipeline.remote import mirror_plans, name_mirror

    if out is None:
        raise typer.BadParameter("say where the tables of plans in object storage go to.", param_hint="--out")
    folder = name_mirror(raw)
    mirror_plans(raw, folder, say=warn)
    return folder / "raw"


def _redirect(places: Places, address: str) -> Places:
    """The same places, with tables that are built in a folder of this machine before they are stored."""
    from compare.pipeline.remote import name_mirror

    return replace(places, out=name_mirror(address) / "processed", project=Path.cwd(), address=address)


def _find_local(raw: Path, out: Path | None, corrections: str | None) -> Places:
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
