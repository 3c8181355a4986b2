"""Whether a page is still what its notebook gives: the page says at its end what it was made from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parents[1]
_SIGNED = re.compile(r"<!-- made from ([0-9a-f]{64}), page ([0-9a-f]{64}) -->\s*$")


def digest_inputs(paths: Sequence[Path]) -> str:
    """A digest of all that notebooks may read: the given files and folders, the suite's code, the libraries."""
    whole = hashlib.sha256()
    for path in [*paths, _PACKAGE]:
        for file in _list_files(path):
            name = file.relative_to(path.parent).as_posix()
            whole.update(f"{name}\x1f{hashlib.sha256(file.read_bytes()).hexdigest()}\x1e".encode())
    for library in sorted(f"{d.name} {d.version}" for d in distributions()):
        whole.update(library.encode())
    return whole.hexdigest()


def digest_page(source: Path, parameters: Mapping[str, Any], lang: str, inputs: str) -> str:
    """What one page is made from: notebook, parameters, language and inputs."""
    parts = (hashlib.sha256(source.read_bytes()).hexdigest(), sorted(parameters.items()), lang, inputs)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def sign_page(html: str, made_from: str) -> str:
    """The page with a last line that says what it was made from; unchanged where that is not known."""
    if not made_from:
        return html
    html = html.rstrip() + "\n"
    return f"{html}<!-- made from {made_from}, page {_digest(html)} -->\n"


def is_made_from(page: Path, made_from: str) -> bool:
    """Whether a page is there, whole, and made from just that."""
    try:
        html = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    signed = _SIGNED.search(html)
    return signed is not None and signed[1] == made_from and signed[2] == _digest(html[: signed.start()])


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


def _list_files(path: Path) -> Iterator[Path]:
    """A file, or the files of a folder in order, without hidden ones and compiled code."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if not child.name.startswith(".") and child.name != "__pycache__":
                yield from _list_files(child)
