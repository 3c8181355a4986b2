"""The set of tables on disk: swapped in as one, guarded by a lock, repaired after an interrupted swap, read back."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from compare.errors import BuildError
from compare.rows import from_frame, read_parquet, to_frame, write_parquet
from compare.schema import TABLES, describe_package, read_csv, to_csv

if TYPE_CHECKING:
    import pandas as pd

TEXTS = "text"
TABLES_VARIABLE = "PLANCOMPARE_TABLES"
_LOCK = ".lock"
_SWAP = ".swap"
_READY = "ready.json"
_WAIT_SECONDS = 600.0


@dataclass(frozen=True)
class Tables:
    """The tables of one build as frames, and the folder they stand in."""

    folder: Path
    plans: pd.DataFrame
    sentences: pd.DataFrame
    targets: pd.DataFrame
    unclaimed: pd.DataFrame
    priorities: pd.DataFrame
    clusters: pd.DataFrame
    comparisons: pd.DataFrame
    problems: pd.DataFrame

    def text(self, plan_id: str) -> str:
        """The text of a plan, which all offsets point into.

        Raises
        ------
        BuildError
            There is no such plan, or the texts were not built here (they are not kept in git).
        """
        path = self.folder / TEXTS / f"{plan_id}.txt"
        parts = sorted((self.folder / TEXTS).glob("part-*.parquet"))
        if plan_id not in set(self.plans["plan_id"]):
            known = ", ".join(self.plans["plan_id"]) or "none"
            raise BuildError(f"there is no plan {plan_id!r}.", where=str(self.folder), hint=f"Plans here: {known}.")
        if parts:
            return _find_text(plan_id, parts)
        try:
            return path.read_bytes().decode("utf-8")
        except OSError as error:
            raise BuildError("the text is missing.", where=str(path), hint="Run `plancompare build`.") from error


def name_part(number: int) -> str:
    """The file of one part of a table."""
    return f"part-{number:05d}.parquet"


def choose_part(plan_id: str, parts: int) -> int:
    """Which of so many parts a plan's rows go to: the same whatever other plans there are.

    Plans with small digests share the first parts, so that the sample that clusters take of them lies in few.
    """
    return int.from_bytes(hashlib.sha256(plan_id.encode()).digest()[:8], "big") * parts >> 64


def _find_text(plan_id: str, parts: list[Path]) -> str:
    """A plan's text from the part that holds it."""
    import pandas as pd

    frame = pd.read_parquet(parts[0].parent / name_part(choose_part(plan_id, len(parts))))
    return str(frame.loc[frame["plan_id"] == plan_id, "text"].iloc[0])


def find_folder(name: str, start: Path | None = None) -> Path:
    """A folder of the project, such as ``data/processed``, looked for here and in the folders above.

    Raises
    ------
    BuildError
        No folder above holds it.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / name).is_dir():
            return folder / name
    raise BuildError(
        f"there is no folder {name} here or above.", where=str(start), hint="Go to the project's folder, or name one."
    )


def load_tables(folder: Path | str | None = None) -> Tables:
    """Read a set of tables.

    Parameters
    ----------
    folder : path, optional
        Default is the folder that the environment variable PLANCOMPARE_TABLES names, or else ``data/processed`` of the
        project that the working directory belongs to.

    Returns
    -------
    Tables
        Frames with the columns and dtypes of `compare.schema`.

    Raises
    ------
    BuildError
        There are no tables, or some are missing.

    Examples
    --------
    >>> tables = load_tables()
    >>> set(tables.targets["plan_id"]) <= set(tables.plans["plan_id"])
    True
    """
    folder = Path(folder or os.environ.get(TABLES_VARIABLE, "") or find_folder("data/processed"))
    if (folder / _SWAP / _READY).exists():
        with suppress(BuildError), lock_folder(folder, wait=10):
            repair(folder)
    missing = [name for name in TABLES if not _is_there(folder, name)]
    if missing:
        raise BuildError(
            f"tables are missing ({', '.join(missing)}).", where=str(folder), hint="Run `plancompare build` first."
        )
    return Tables(folder, **{name: read_table(folder, name) for name in TABLES})


def _is_there(folder: Path, name: str) -> bool:
    return any((folder / f"{name}{end}").exists() for end in ("", ".csv", ".parquet"))


def read_table(folder: Path, name: str, columns: list[str] | None = None) -> pd.DataFrame:
    """One table of a set, from its parts or its Parquet file, or from its CSV where that is newer (as after a git pull)
    or alone.

    Parameters
    ----------
    folder : pathlib.Path
    name : str
        As in `compare.schema.TABLES`.
    columns : list of str, optional
        Default is all.
    """
    table = TABLES[name]
    csv, parquet, parts = folder / f"{name}.csv", folder / f"{name}.parquet", folder / name
    if parts.is_dir():
        frame = to_frame(read_parquet(sorted(parts.glob("part-*.parquet")), columns))
        keys = [key for key in table.sort if key in frame.columns]
        return frame.sort_values(keys, kind="stable", ignore_index=True) if keys else frame
    newer = not csv.exists() or (parquet.exists() and parquet.stat().st_mtime_ns >= csv.stat().st_mtime_ns)
    if newer:
        import pandas as pd

        frame = pd.read_parquet(parquet)
        if list(frame.columns) == table.names:
            return frame if columns is None else frame[columns]
    frame = read_csv(table, csv)
    return frame if columns is None else frame[columns]


def write_tables(folder: Path, frames: dict[str, pd.DataFrame], texts: dict[str, str]) -> None:
    """Put a set of tables in place of the one that is there, as one; the caller holds the folder's lock.

    Parameters
    ----------
    folder : pathlib.Path
    frames : dict of str to DataFrame
        Every table by name.
    texts : dict of str to str
        The text of each plan by plan_id.

    Raises
    ------
    BuildError
        The folder cannot be written to, or the disk is full; what was there is left as it was.
    """
    old = list_files(folder)
    with Swap(folder) as swap:
        for name, frame in frames.items():
            swap.write(f"{name}.csv", to_csv(frame))
            swap.write(f"{name}.parquet", write_parquet(from_frame(TABLES[name], frame)))
        for plan_id, text in texts.items():
            swap.write(f"{TEXTS}/{plan_id}.txt", text.encode())
        counts = {name: len(frame) for name, frame in frames.items()}
        swap.write("datapackage.json", describe_package(counts).encode())
        swap.commit(gone=[name for name in old if name not in set(swap.files)])


def list_files(folder: Path) -> list[str]:
    """The files of a set of tables that are in a folder, by name relative to it, texts and parts of tables included."""
    names = [f"{name}{end}" for name in TABLES for end in (".csv", ".parquet")]
    found = [name for name in (*names, "datapackage.json") if (folder / name).exists()]
    for name in (*TABLES, TEXTS):
        ends = ("*.txt", "*.parquet") if name == TEXTS else ("part-*.parquet",)
        found += [f"{name}/{path.name}" for end in ends for path in (folder / name).glob(end)]
    return found


def describe_files(folder: Path, names: Iterable[str]) -> dict[str, list[int]]:
    """Size and time of files, by which a later build sees that nobody has touched them; [] for a missing one."""
    found: dict[str, list[int]] = {}
    for name in names:
        try:
            status = os.stat(folder / name)
            found[name] = [status.st_size, status.st_mtime_ns]
        except OSError:
            found[name] = []
    return found


class Swap:
    """A set of tables on its way: written beside the one that is there, then moved in as one by `commit`.

    A context manager; what was written is thrown away unless it was committed. The caller holds the folder's lock.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.beside = folder / _SWAP
        self.files: list[str] = []

    def __enter__(self) -> Swap:
        with explain_write_errors(self.folder):
            _discard(self.beside)
            (self.beside / TEXTS).mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        if not (self.beside / _READY).exists():
            _discard(self.beside)

    def write(self, name: str, content: bytes) -> None:
        """Write a file beside the set; its name may begin with a folder.

        Raises
        ------
        BuildError
            The folder cannot be written to, or the disk is full; what was there is left as it was.
        """
        path = self.beside / name
        with explain_write_errors(self.folder):
            path.parent.mkdir(exist_ok=True)
            _write_through(path, content)
        self.files.append(name)

    def place(self, name: str) -> Path:
        """Where a file of the new set is now: beside the old set if it was written, else in it."""
        return self.beside / name if (self.beside / name).exists() else self.folder / name

    def commit(self, gone: Sequence[str] = ()) -> None:
        """Move everything in and remove the files that are `gone`.

        From the moment this begins the new set counts: an interrupted swap is finished, not undone.
        """
        with explain_write_errors(self.folder):
            changes = json.dumps({"files": sorted(self.files), "gone": sorted(gone)}).encode()
            _write_through(self.beside / f"{_READY}.new", changes)
            os.replace(self.beside / f"{_READY}.new", self.beside / _READY)
        repair(self.folder)


def swap_in(folder: Path, files: dict[str, Callable[[], bytes]], *, gone: Sequence[str] = ()) -> None:
    """Write files beside the set in `folder`, then move them in as one and remove those that are `gone`."""
    with Swap(folder) as swap:
        for name, content in files.items():
            swap.write(name, content())
        swap.commit(gone)


def repair(folder: Path) -> bool:
    """Finish a swap that was interrupted, or clear away one that had not begun; the caller holds the folder's lock.

    Returns
    -------
    bool
        Whether there was a swap to finish.
    """
    swap = folder / _SWAP
    if not (swap / _READY).exists():
        _discard(swap)
        return False
    with explain_write_errors(folder, state="the next build will finish what this one began"):
        changes = json.loads((swap / _READY).read_text(encoding="utf-8"))
        for parent in {TEXTS, *(name.rpartition("/")[0] for name in changes["files"])}:
            (folder / parent).mkdir(exist_ok=True)
        for name in changes["files"]:
            with suppress(FileNotFoundError):
                os.replace(swap / name, folder / name)
        for name in changes["gone"]:
            (folder / name).unlink(missing_ok=True)
        for parent in {name.rpartition("/")[0] for name in changes["gone"]} - {"", TEXTS}:
            with suppress(OSError):  # parts of a table may be left, and then the folder stays
                (folder / parent).rmdir()
        _discard(swap)
    return True


def _discard(swap: Path) -> None:
    """Remove a swap; its mark goes first, so that half of it is never taken for the whole."""
    (swap / _READY).unlink(missing_ok=True)
    shutil.rmtree(swap, ignore_errors=True)


def _write_through(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk, so that a power cut cannot leave half of it."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def lock_folder(
    folder: Path, *, wait: float = _WAIT_SECONDS, say: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold a folder's lock, so that two builds never write into it at once; the system frees it if a build is killed.

    Raises
    ------
    BuildError
        The folder cannot be written to, or another build held the lock longer than `wait` seconds.
    """
    with explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / _LOCK, "a+b")  # noqa: SIM115 (closed below, after the lock is given back)
    try:
        deadline = time.monotonic() + wait
        told = False
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise BuildError("another build is at work here.", where=str(folder), hint="Wait until it has ended.")
            if not told:
                say(f"Another build is at work in {folder}; waiting for it to end.")
                told = True
            time.sleep(0.2)
        yield
    finally:
        file.close()


def _try_lock(file: IO[bytes]) -> bool:
    """Take the lock of an open file if it is free."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


@contextmanager
def explain_write_errors(folder: Path, *, state: str = "the tables are as they were") -> Iterator[None]:
    """Turn what the system says of a failed write into what an analyst can do about it."""
    try:
        yield
    except OSError as error:
        where = str(error.filename or folder)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BuildError(
                f"the disk is full; {state}.", where=where, hint="Free some space and run again."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise BuildError(
                f"this cannot be written to; {state}.", where=where,
                hint="Close it in other programs (Excel locks files), check its permissions, or choose --out.",
            ) from error  # fmt: skip
        if isinstance(error, (NotADirectoryError, FileExistsError)):
            raise BuildError("this is no folder.", where=where, hint="Name a folder for the tables.") from error
        found = f"writing failed ({error.strerror}); {state}."
        raise BuildError(found, where=where, hint="Check the folder and the disk.") from error
