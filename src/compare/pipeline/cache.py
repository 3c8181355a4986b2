"""What earlier builds found, by content: the rows of each plan, and what the last build made of which inputs.

Everything is in one SQLite file inside the folder of tables. Entries are JSON, so that a file from elsewhere cannot run
code; the file can be deleted at any time, and a damaged one is started anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

FOLDER = ".cache"
_FILE = "plans.sqlite"
_LAYOUT = 1
_AT_A_TIME = 500
_SPARE = 200  # entries of former plans and former code that are kept beside those in use


class BuildCache:
    """The cache of one folder of tables; whoever holds the folder's lock may use it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FOLDER / _FILE

    def find(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The packed rows that are kept under these keys."""
        return dict(self._select("key, rows", list(keys)))

    def count(self, keys: Iterable[str]) -> int:
        """How many of these keys have rows."""
        return sum(number for (number,) in self._select("count(*)", list(keys)))

    def _select(self, what: str, keys: list[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(keys), _AT_A_TIME):
            some = keys[start : start + _AT_A_TIME]
            query = f"SELECT {what} FROM plans WHERE key IN ({','.join('?' * len(some))})"
            yield from self._ask(partial(_fetch, query=query, values=some), [])

    def keep(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Keep packed rows; they are safe when this returns."""
        rows = list(entries)
        if rows:
            self._ask(lambda db: db.executemany("INSERT OR REPLACE INTO plans VALUES (?, ?)", rows), None)

    def recall(self, name: str) -> Any:
        """What was noted under a name by `note`; None where nothing was."""
        found = self._ask(lambda db: db.execute("SELECT value FROM notes WHERE name = ?", [name]).fetchone(), None)
        return json.loads(found[0]) if found else None

    def note(self, values: dict[str, Any]) -> None:
        """Note values that can be written as JSON; None forgets a name."""
        rows = [(name, json.dumps(value, ensure_ascii=False)) for name, value in values.items() if value is not None]
        gone = [(name,) for name, value in values.items() if value is None]

        def write(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM notes WHERE name = ?", gone)
            db.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", rows)

        self._ask(write, None)

    def sweep(self, used: Iterable[str]) -> None:
        """Drop the rows that are not in use, once there are more of them than there are plans."""
        keys = set(used)

        def drop(db: sqlite3.Connection) -> None:
            (count,) = db.execute("SELECT count(*) FROM plans").fetchone()
            if count > 2 * len(keys) + _SPARE:
                old = [(key,) for (key,) in db.execute("SELECT key FROM plans") if key not in keys]
                db.executemany("DELETE FROM plans WHERE key = ?", old)

        self._ask(drop, None)

    def _ask(self, question: Callable[[sqlite3.Connection], Any], otherwise: Any) -> Any:
        """Answer a question in one transaction; a cache that cannot be used is an empty one."""
        for _ in range(2):
            try:
                with self._open() as db:
                    return question(db)
            except sqlite3.DatabaseError:
                with suppress(OSError):
                    self.path.unlink()
            except OSError:
                break
        return otherwise

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path)) as db, db:
            if db.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
                db.execute("DROP TABLE IF EXISTS plans")
                db.execute("DROP TABLE IF EXISTS notes")
                db.execute("CREATE TABLE plans (key TEXT PRIMARY KEY, rows BLOB NOT NULL)")
                db.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
                db.execute(f"PRAGMA user_version = {_LAYOUT}")
            yield db


def _fetch(db: sqlite3.Connection, *, query: str, values: list[str]) -> list[Any]:
    return db.execute(query, values).fetchall()
