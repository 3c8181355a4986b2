"""Fill a page template: styles and script inside the file, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

OWN_ONLY = (
    "default-src 'none'; style-src {style}; script-src {script}; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
OWN_AND_INLINE = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "frame-src 'self' data:; base-uri 'none'; form-action 'none'"
)


@cache
def _read_asset(name: str) -> str:
    return resources.files("compare").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_read_asset), autoescape=True, undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )  # fmt: skip


def fill_page(
    template: str, *, styles: tuple[str, ...] = (), scripts: tuple[str, ...] = (), policy: str = OWN_ONLY, **values: Any
) -> str:
    """A whole HTML page that needs no other file.

    Parameters
    ----------
    template : str
        A template, by its path inside this package. It places `policy`, `style` and `script`.
    styles, scripts : tuple of str
        Files to put inside, by their paths inside this package.
    policy : str
        Content security policy. The default allows exactly the styles and scripts inside; `OWN_AND_INLINE` also those
        that notebook outputs bring along. Neither allows a connection.
    **values
        What the template shows. Strings are escaped; `markupsafe.Markup` is not.

    Returns
    -------
    str
    """
    style = "".join(_read_asset(name) for name in styles)
    script = "".join(_read_asset(name) for name in scripts)
    policy = policy.format(style=_digest(style), script=_digest(script))
    page = _environment().get_template(template)
    return page.render(policy=policy, style=Markup(style), script=Markup(script), **values)


def write_page(path: Path, page: str) -> Path:
    """Write a page beside the old one and swap it in, so that there is never half a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_text(page, encoding="utf-8", newline="\n")
    return beside.replace(path)


def _digest(text: str) -> str:
    """The source expression that allows exactly this text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"
