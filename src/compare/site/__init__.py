"""The index page over everything, with searchable tables and the reading view of every plan."""

from compare.site.pages import write_site

__all__ = ["write_site"]
