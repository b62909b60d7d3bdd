"""The pages beside a result: questions, treatment, specialists, as files that a clinic may replace."""

from desktop.pages.directory import Specialist, matching
from desktop.pages.names import PAGE_TITLES, PageName
from desktop.pages.reading import Page, own_copy, read_pages

__all__ = ["PAGE_TITLES", "Page", "PageName", "Specialist", "matching", "own_copy", "read_pages"]
