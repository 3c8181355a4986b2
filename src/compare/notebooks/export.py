"""An executed notebook as one HTML page that loads nothing from a network."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from compare.reading.page import OWN_AND_INLINE, fill_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_CODE = {"zh": "代码", "en": "Code"}
_TEMPLATE = """
{%- extends 'basic/index.html.j2' -%}
{%- block input -%}
<details class="code"><summary>SUMMARY</summary>{{ super() }}</details>
{%- endblock input -%}
"""
_IMAGE = re.compile(r"<img\b(?![^>]*\balt=)")
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)


def export_page(notebook: NotebookNode, *, title: str = "", lang: str = "zh") -> str:
    """An executed notebook as a page with its code folded away.

    Parameters
    ----------
    notebook : NotebookNode
    title : str
        Title of the page where the notebook has no heading.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Images are inside; no script, style or font is loaded from elsewhere.
    """
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(
        raw_template=_TEMPLATE.replace("SUMMARY", _CODE[lang]), exclude_input_prompt=True, exclude_output_prompt=True,
        exclude_anchor_links=True, embed_images=True,
    )  # fmt: skip
    body, _ = exporter.from_notebook_node(notebook)
    first = _HEADING.search(body)
    colours = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    return fill_page(
        "notebooks/notebook.html", styles=("reading/look.css", "notebooks/notebook.css"), policy=OWN_AND_INLINE,
        lang=lang, title=Markup(first.group(1)).striptags() if first else title, colours=Markup(colours),
        body=Markup(_describe_images(body)),
    )  # fmt: skip


def _describe_images(body: str) -> str:
    """Give each image without a description the heading it stands under."""
    parts: list[str] = []
    done = 0
    for image in _IMAGE.finditer(body):
        headings = _HEADING.findall(body, 0, image.start())
        described = escape(Markup(headings[-1]).striptags()) if headings else ""
        parts += [body[done : image.end()], f' alt="{described}"']
        done = image.end()
    return "".join([*parts, body[done:]])
