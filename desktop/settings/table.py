"""Every setting once: its name, kind, limits, default and help; checks and help texts come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from desktop.pages.names import PageName

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Settings:
    """What the user chose; a setting that is not in the file has the default below."""

    theme: Annotated[Theme, Meta(description="Colors: as the system, light or dark.")] = "system"
    window_geometry: Annotated[str, Meta(description="Place and size of the window, Base64 from Qt.")] = ""
    panel_widths_px: Annotated[
        tuple[int, ...], Meta(max_length=3, description="Widths of the studies, the picture and the result.")
    ] = ()
    studies_shown: Annotated[bool, Meta(description="Whether the list of studies is open.")] = True
    evidence_percent: Annotated[
        int, Meta(ge=0, le=100, description="How much evidence covers the picture, in percent.")
    ] = 100
    picture_folder: Annotated[str, Meta(description="Where the last picture was opened from.")] = ""
    printed_pages: Annotated[
        tuple[PageName, ...], Meta(description="The pages of information that are printed with a report.")
    ] = ()
    report_folder: Annotated[str, Meta(description="Where the last report was saved to.")] = ""
    reference_table: Annotated[
        str, Meta(min_length=1, description="The reference table that T- and Z-scores are taken from.")
    ] = "Hologic NHANES 2005-2008"
