"""Reading a vocabulary file strictly: an unknown key or a wrong type is an error that names the file and the line."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from compare.errors import VocabularyError


class _LineLoader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader that refuses a key given twice and remembers the line of each mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        keys = [self.construct_object(k, deep=True) for k, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                line = node.value[number][0].start_mark.line + 1
                raise VocabularyError(
                    f"key {key!r} stands twice.", where=f"{self.name} line {line}", hint="Merge the two entries."
                )
        mapping = super().construct_mapping(node, deep=deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


class Entry(dict):
    """A mapping of a vocabulary file that knows where it stands."""

    where: str = ""


def read_yaml(text: str, name: str) -> Entry:
    """The top mapping of a vocabulary file, every nested mapping an `Entry` with its place.

    Raises
    ------
    VocabularyError
        The text is no YAML, or its top is no mapping.
    """
    loader = _LineLoader(text)
    loader.name = name
    try:
        data = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name} line {mark.line + 1}" if mark else name
        raise VocabularyError(
            f"no valid YAML ({getattr(error, 'problem', error)}).", where=place, hint="Check indentation and colons."
        ) from error
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise VocabularyError("a mapping of names was expected at the top.", where=name, hint="See CONTRIBUTING.md.")
    return _locate(data, name)


def _locate(data: Any, name: str) -> Any:
    if isinstance(data, dict):
        line = data.pop("__line__", 0)
        entry = Entry({k: _locate(v, name) for k, v in data.items()})
        entry.where = f"{name} line {line}"
        return entry
    if isinstance(data, list):
        return [_locate(v, name) for v in data]
    return data


@cache
def vocabulary_text(name: str) -> str:
    """The text of a vocabulary file that ships with the package, such as `themes.yml`."""
    return resources.files("compare.vocabulary").joinpath(name).read_text(encoding="utf-8")


def check_keys(entry: Entry, allowed: dict[str, type | tuple[type, ...]], *, required: tuple[str, ...] = ()) -> None:
    """Refuse keys that are unknown or missing, and values of a wrong type.

    Raises
    ------
    VocabularyError
        Names the file, the line, the key and the keys that are allowed.
    """
    for key, value in entry.items():
        if key not in allowed:
            raise VocabularyError(
                f"unknown key {key!r}.", where=entry.where, hint=f"Allowed here: {', '.join(sorted(allowed))}."
            )
        if not isinstance(value, allowed[key]):
            raise VocabularyError(
                f"{key!r} has the value {value!r}, which is of a wrong type.",
                where=entry.where, hint="See the entries beside it for the form.",
            )  # fmt: skip
    for key in required:
        if key not in entry:
            raise VocabularyError(f"key {key!r} is missing.", where=entry.where, hint="Add it.")
