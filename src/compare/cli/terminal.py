"""What is printed: text of plans made harmless for a terminal, numbers readable, errors with their remedy."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

from compare.errors import CompareError

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT = {"\n", "\t"}


def printable(text: str) -> str:
    r"""Text in which characters that could steer a terminal are written out.

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c in _KEPT or unicodedata.category(c) not in _INVISIBLE else _written_out(c) for c in text)


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def say(*parts: object) -> None:
    """Print a line of results."""
    typer.echo(printable(" ".join(str(part) for part in parts)))


def warn(*parts: object) -> None:
    """Print a line for the user beside the results."""
    typer.echo(printable(" ".join(str(part) for part in parts)), err=True)


def prepare_streams() -> None:
    """Let output never fail on a terminal that lacks a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def explain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end with the message of a `CompareError` and status 1."""

    @wraps(command)
    def explained(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except CompareError as error:
            warn(f"Error: {error}")
            raise typer.Exit(1) from error

    return explained
