"""Errors of the suite: each says where, what was found, and what to do."""

from __future__ import annotations


class CompareError(Exception):
    """Something an analyst can put right.

    Parameters
    ----------
    message : str
        What was found, and what was expected instead.
    where : str
        File (and line, column or key) it was found in; empty when there is no file.
    hint : str
        What to do about it, as an imperative sentence.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head} {self.hint}" if self.hint else head

    def __reduce__(self):
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(kind: type[CompareError], message: str, where: str, hint: str) -> CompareError:
    """Unpickle an error that crossed a process boundary."""
    return kind(message, where=where, hint=hint)


class ReadError(CompareError):
    """A plan file cannot be turned into text."""


class RegistryError(CompareError):
    """A line of plans.csv or context.csv is wrong."""


class VocabularyError(CompareError):
    """A vocabulary file has an unknown key, a wrong value or a failing example."""


class CorrectionError(CompareError):
    """A line of a corrections file cannot be applied."""


class ComparabilityError(CompareError):
    """Targets were to be compared that measure different things."""


class FigureError(CompareError):
    """A figure cannot be drawn or exported as asked."""


class BuildError(CompareError):
    """A build cannot start or cannot write its tables."""
