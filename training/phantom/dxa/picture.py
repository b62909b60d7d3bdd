"""One phantom picture: made from seed and number alone, written as DICOM, and its row of manifest.csv."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from desktop.imaging.radiograph import View
from training.phantom import records
from training.phantom.dxa.scan import Phantom, build_phantom, repositioned, scan
from training.phantom.dxa.screen import show
from training.phantom.geometry.grid import Grid
from training.phantom.looks.looks import Looks, scan_look, screen_look
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.spine.lumbar_view import PIXEL_MM
from training.phantom.spine.spine import draw_spine

COLUMNS = (*records.COLUMNS, "boxes")
REPEATED_EVERY = 20


@dataclass(frozen=True)
class DxaPicture:
    """A person, the phantom made of them, and what the screen shows (uint8, grey or RGB)."""

    person: Person
    phantom: Phantom
    pixels: NDArray[np.uint8]
    monochrome1: bool


def make_dxa_picture(seed: int, number: int, looks: Looks, size_px: int, texture: int = 0) -> DxaPicture:
    """Return picture `number` of a seed; the same arguments give the same bytes.

    Each REPEATED_EVERY-th is the person of the one before, laid down anew and exposed again on the same
    machine: what differs is the precision error. Another `texture` draws the struts of spongy bone anew
    and leaves all else, noise too, as it was.
    """
    repeated = number % REPEATED_EVERY == REPEATED_EVERY - 1
    first = number - 1 if repeated else number
    rng = np.random.default_rng([seed, first])
    person = draw_person(seed, first)
    machine = scan_look(looks, rng)
    grid = Grid(PIXEL_MM, round(machine.height_mm / PIXEL_MM), round(machine.width_mm / PIXEL_MM))
    spine = draw_spine(person, draw_bones(person, seed, first), seed, first)
    if texture:
        spine = replace(spine, texture=(*spine.texture, texture))
    phantom = build_phantom(person, spine, grid, machine.l1_top_mm, rng)
    screen = screen_look(looks, size_px, rng)
    if repeated:
        rng = np.random.default_rng([seed, number])
        phantom = repositioned(phantom, rng)
    bone = scan(phantom, machine, rng)
    return DxaPicture(person, phantom, show(bone, phantom, screen, rng), screen.monochrome1)


def write_picture(number: int, *, seed: int, looks: Looks, size_px: int, folder: Path) -> dict[str, str]:
    """Write one DICOM file into `folder` and return its manifest row."""
    picture = make_dxa_picture(seed, number, looks, size_px)
    name = f"dxa_spine_{seed}_{number:06d}.dcm"
    _dicom(picture, seed, number).save_as(folder / name, enforce_file_format=True)
    return _row(name, picture, looks)


def _row(name: str, picture: DxaPicture, looks: Looks) -> dict[str, str]:
    truth = picture.phantom.truth
    row = records.person_row(name, picture.person, View.DXA_SPINE, looks, truth.bmd_g_cm2, truth.area_cm2)
    return row | {"boxes": str(int(picture.pixels.ndim == 3))}


def _dicom(picture: DxaPicture, seed: int, number: int) -> Dataset:
    """Return a Secondary Capture, as densitometers send their screens."""
    data = records.person_dataset(picture.person, View.DXA_SPINE, seed, number)
    data.SOPClassUID = SecondaryCaptureImageStorage
    data.Modality, data.BodyPartExamined, data.ConversionType = "OT", "LSPINE", "WSD"
    data.SeriesDescription, data.BurnedInAnnotation = "AP Spine DXA", "NO"
    _put_pixels(data, picture)
    return data


def _put_pixels(data: Dataset, picture: DxaPicture) -> None:
    pixels = picture.pixels
    data.Rows, data.Columns = pixels.shape[:2]
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    if pixels.ndim == 3:
        data.SamplesPerPixel, data.PlanarConfiguration, data.PhotometricInterpretation = 3, 0, "RGB"
    else:
        inverse = picture.monochrome1
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME1" if inverse else "MONOCHROME2"
        pixels = 255 - pixels if inverse else pixels
    content = pixels.tobytes()
    data.PixelData = content + b"\0" * (len(content) % 2)
