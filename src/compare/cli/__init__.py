"""The `plancompare` command."""

from compare.cli.commands import app, main

__all__ = ["app", "main"]
