"""One person's chest, drawn part by part: what is the person's own, and what belongs to one picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.chest.abdomen import draw_gas
from training.phantom.chest.body import Body, draw_body
from training.phantom.chest.calcium import draw_arch, draw_cartilage
from training.phantom.chest.devices import Devices, draw_devices
from training.phantom.chest.lung_findings import Findings, draw_findings
from training.phantom.chest.lungs import Lungs, draw_lungs
from training.phantom.chest.mediastinum import Mediastinum, draw_mediastinum
from training.phantom.chest.ribs import Rib, ribs_of
from training.phantom.chest.shoulder_girdle import Side, draw_shoulder
from training.phantom.chest.thorax import Thorax, draw_thorax
from training.phantom.geometry.solids import Ellipsoid
from training.phantom.people.person import Person
from training.phantom.spine.spine import Spine

_STREAM = 0xC8E57


@dataclass(frozen=True)
class Chest:
    """One person's chest in the patient's frame, as it stands for one picture."""

    thorax: Thorax
    ribs: list[Rib]
    lungs: Lungs
    mediastinum: Mediastinum
    body: Body
    shoulders: tuple[Side, Side]
    gas: list[tuple[Ellipsoid, float]]
    findings: Findings
    devices: Devices
    cartilage: list[Ellipsoid]
    arch: list[Ellipsoid]

    @property
    def flags(self) -> tuple[str, ...]:
        """What is abnormal or in the way."""
        arch = ("aortic_calcification",) if self.arch else ()
        return (*self.findings.flags, *arch, *self.devices.flags)


def draw_chest(person: Person, spine: Spine, seed: int, number: int, *, bedside: bool) -> Chest:
    """Return the chest around a spine, breathing and holding the arms in one way."""
    rng = np.random.default_rng([seed, number, _STREAM])
    thorax = draw_thorax(person, spine, seed, number)
    lungs = draw_lungs(person, thorax, float(rng.gamma(1.2, 0.8)), rng)
    body = draw_body(person, thorax, rng)
    forward = float(np.clip(rng.beta(2.5, 1.5), 0.0, 1.0))
    right, left = (draw_shoulder(person, thorax, body, side, forward, rng) for side in (-1, 1))
    ribs = ribs_of(person, spine, thorax, seed, number)
    mediastinum = draw_mediastinum(person, spine, thorax, lungs, rng)
    return Chest(
        thorax,
        ribs,
        lungs,
        mediastinum,
        body,
        (right, left),
        draw_gas(lungs, rng),
        draw_findings(thorax, lungs, bedside=bedside, rng=rng),
        draw_devices(thorax, mediastinum, bedside=bedside, rng=rng),
        draw_cartilage(person, thorax, ribs, rng),
        draw_arch(person, mediastinum, rng),
    )
