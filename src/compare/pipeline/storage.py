"""The set of tables on disk: swapped in as one, guarded by a lock, repaired after an interrupted swap, read back."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from compare.errors import BuildError
from compare.schema import TABLES, describe_package, read_csv, to_csv

if TYPE_CHECKING:
    import pandas as pd

TEXTS = "text"
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
        if plan_id not in set(self.plans["plan_id"]):
            known = ", ".join(self.plans["plan_id"]) or "none"
            raise BuildError(f"there is no plan {plan_id!r}.", where=str(self.folder), hint=f"Plans here: {known}.")
        try:
            return path.read_bytes().decode("utf-8")
        except OSError as error:
            raise BuildError("the text is missing.", where=str(path), hint="Run `plancompare build`.") from error


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
        Default is ``data/processed`` of the project that the working directory belongs to.

    Returns
    -------
    Tables
        Frames with the columns and dtypes of `compare.schema`.

    Raises
    ------
    BuildError
        There are no tables, or some are missing.
    """
    folder = Path(folder) if folder is not None else find_folder("data/processed")
    if (folder / _SWAP / _READY).exists():
        with suppress(BuildError), lock_folder(folder, wait=10):
            repair(folder)
    missing = [name for name in TABLES if not (folder / f"{name}.csv").exists()]
    if missing:
        raise BuildError(
            f"tables are missing ({', '.join(missing)}).", where=str(folder), hint="Run `plancompare build` first."
        )
    return Tables(folder, **{name: _read_table(folder, name) for name in TABLES})


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table from its Parquet file, or from its CSV where that is newer (as after a git pull) or alone."""
    import pandas as pd

    csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
    if parquet.exists() and parquet.stat().st_mtime_ns >= csv.stat().st_mtime_ns:
        frame = pd.read_parquet(parquet)
        if list(frame.columns) == TABLES[name].names:
            return frame
    return read_csv(TABLES[name], csv)


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
    counts = {name: len(frame) for name, frame in frames.items()}
    files: dict[str, Callable[[], bytes]] = {f"{n}.csv": _bind(to_csv, f) for n, f in frames.items()}
    files |= {f"{n}.parquet": _bind(_to_parquet, f) for n, f in frames.items()}
    files |= {f"{TEXTS}/{plan_id}.txt": _bind(str.encode, text) for plan_id, text in texts.items()}
    files["datapackage.json"] = lambda: describe_package(counts).encode()
    stale = [f"{TEXTS}/{path.name}" for path in (folder / TEXTS).glob("*.txt")]
    swap_in(folder, files, gone=[name for name in stale if name not in files])


def _bind(function: Callable[[Any], bytes], value: Any) -> Callable[[], bytes]:
    return lambda: function(value)


def _to_parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def swap_in(folder: Path, files: dict[str, Callable[[], bytes]], *, gone: Sequence[str] = ()) -> None:
    """Write files beside the set in `folder`, then move them in and remove those that are `gone`.

    From the moment all are written the new set counts: an interrupted swap is finished, not undone.
    """
    swap = folder / _SWAP
    with explain_write_errors(folder):
        _discard(swap)
        try:
            (swap / TEXTS).mkdir(parents=True)
            for name, content in files.items():
                _write_through(swap / name, content())
            _write_through(swap / f"{_READY}.new", json.dumps({"files": sorted(files), "gone": sorted(gone)}).encode())
            os.replace(swap / f"{_READY}.new", swap / _READY)
        except BaseException:
            _discard(swap)
            raise
    repair(folder)


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
        (folder / TEXTS).mkdir(exist_ok=True)
        for name in changes["files"]:
            with suppress(FileNotFoundError):
                os.replace(swap / name, folder / name)
        for name in changes["gone"]:
            (folder / name).unlink(missing_ok=True)
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
