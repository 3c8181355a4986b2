"""How large a plan file may be and how long reading it may take; far above any plan, and adjustable."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from compare.errors import ReadError

VARIABLE = "PLANCOMPARE_LIMITS"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that a file is held to.

    `mebibytes` is for the file, `unpacked` (MiB) and `parts` for what an archive (docx, ofd) holds, `ratio` for how far
    a part of it may be compressed, `pages` for PDF and OFD, `characters` for the text, `seconds` and `memory` (MiB) for
    reading one file.
    """

    mebibytes: int = 64
    unpacked: int = 256
    parts: int = 20_000
    ratio: int = 400
    pages: int = 3_000
    characters: int = 2_000_000
    seconds: int = 60
    memory: int = 2_048


_DEFAULT = Limits()


def read_limits() -> Limits:
    """The limits, with what the environment variable PLANCOMPARE_LIMITS changes.

    Raises
    ------
    ReadError
        The variable holds something else than limits.

    Examples
    --------
    >>> import os
    >>> os.environ["PLANCOMPARE_LIMITS"] = "pages=5000 seconds=300"
    >>> read_limits().pages
    5000
    >>> del os.environ["PLANCOMPARE_LIMITS"]
    """
    written = os.environ.get(VARIABLE, "")
    if not written:
        return _DEFAULT
    known = {f.name for f in fields(Limits)}
    changed: dict[str, int] = {}
    for entry in written.replace(",", " ").split():
        name, _, value = entry.partition("=")
        if name not in known or not value.isdecimal() or not 0 < int(value) < 2**31:
            raise ReadError(
                f"{entry!r} is no limit.", where=VARIABLE,
                hint=f"Write it as name=number; the names are {', '.join(sorted(known))}.",
            )  # fmt: skip
        changed[name] = int(value)
    return Limits(**changed)


def check_characters(text: str, limits: Limits) -> str:
    """The text itself, unless it is longer than the limits allow."""
    if len(text) > limits.characters:
        raise ReadError(
            f"the text has {len(text):,} characters; plans have some ten thousand.",
            hint=f"Split it, or raise the limit: {VARIABLE}='characters={len(text)}'.",
        )
    return text
