"""T-scores and Z-scores: how many standard deviations a BMD lies from a reference group's mean."""

from __future__ import annotations

from desktop.clinical.reference import ReferenceTable
from desktop.clinical.scales import CONVERSION_ERROR_PERCENT, MODEL_SCALE

OSTEOPOROSIS_T = -2.5  # WHO 1994: T-score at or below
LOW_BONE_MASS_T = -1.0  # WHO 1994: T-score below


def t_score(bmd_g_cm2: float, site: str, table: ReferenceTable) -> float:
    """Return the T-score of a BMD on the models' scale at "L1" to "L4" or "L1-L4".

    Women and men are both compared with young women (ISCD). Raises KeyError where the table lacks the site.
    """
    norm = table.young(site)
    if norm is None:
        raise KeyError(site)
    return (bmd_g_cm2 - norm.mean_g_cm2) / norm.sd_g_cm2


def t_score_bmd(score: float, table: ReferenceTable) -> float:
    """Return the L1-L4 BMD in g/cm2, on the models' scale, that has this T-score."""
    norm = table.young("L1-L4")
    assert norm is not None  # read_table refuses a table without it
    return norm.mean_g_cm2 + score * norm.sd_g_cm2


def z_score(
    bmd_g_cm2: float, site: str, sex: str | None, age_years: int | None, table: ReferenceTable
) -> float:
    """Return the Z-score of an L1-L4 BMD on the models' scale among people of the same sex and decade.

    Raises KeyError where `why_no_z_score` has a reason.
    """
    band = table.band(sex, age_years)
    if site != "L1-L4" or band is None:
        raise KeyError((site, sex, age_years))
    return (bmd_g_cm2 - band.mean_g_cm2) / band.sd_g_cm2


def why_no_z_score(site: str, sex: str | None, age_years: int | None, table: ReferenceTable) -> str | None:
    """Return the sentence that says why there is no Z-score, or None where there is one."""
    if sex is None or age_years is None:
        return "A Z-score needs the patient's sex and age."
    if site != "L1-L4":
        return "The reference table has ages for L1-L4 only."
    bands = table.bands(sex)
    if not bands:
        return "The reference table has no ages for this sex."
    if table.band(sex, age_years) is None:
        return (
            f"The reference table reaches from {bands[0].from_age_years} to {bands[-1].to_age_years} years, "
            f"and the patient is {age_years}."
        )
    return None


def table_warnings(table: ReferenceTable) -> tuple[str, ...]:
    """Return the sentence that a table of another maker's scale calls for."""
    if table.scale == MODEL_SCALE:
        return ()
    return (
        f"The reference table is on the {table.scale} scale and was converted to {MODEL_SCALE}: approximate, "
        f"with an average error of {CONVERSION_ERROR_PERCENT} % for one person (Hui 1997).",
    )
