"""A model as shipped: a verified graph, what its manifest says, and its self-test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop.errors import BundleError
from desktop.findings.result import ModelIdentity
from desktop.imaging.preprocess import square_tensor
from desktop.models.golden import golden_radiograph
from desktop.models.manifest import BundleManifest
from desktop.models.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


ManifestT = TypeVar("ManifestT", bound=BundleManifest, covariant=True)
Answer = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Drift:
    """How far answers lie from those of the bundle's makers, and how far they may."""

    value: float
    limit: float
    unit: str

    @property
    def is_small(self) -> bool:
        """Whether the model may be used so."""
        return self.value <= self.limit

    def __str__(self) -> str:
        return f"{self.value:.3f} {self.unit}"


@dataclass(frozen=True, eq=False)
class Bundle(Generic[ManifestT]):
    """A loaded model; `run` may be called from any thread."""

    manifest: ManifestT
    identity: ModelIdentity
    contents: Mapping[str, bytes]
    session: InferenceSession
    threads: int = 0
    ran_in_float: bool = False

    def run(self, tensor: NDArray[np.uint8]) -> Answer:
        """Return each output of the graph for one picture, uint8 [row, column, RGB] from square_tensor.

        All are float32. Of a BMD model `bmd` is [site] in g/cm2, in the order of manifest.sites, and
        `evidence` [row, column]; of the gate `view`, [view], and `inverted`, [1], are logits.
        """
        planes = tensor.transpose(2, 0, 1)
        return ask(self.session, {self.manifest.input.name: planes}, self.manifest.outputs)

    def in_float(self) -> Self:
        """Return the same model computed in float: slower, and alike on every CPU."""
        session = open_session(self.contents[self.manifest.model], threads=self.threads, in_float=True)
        return replace(self, session=session, ran_in_float=True)

    def drifts(self) -> tuple[Drift, ...]:
        """Return the largest drift of each kind of answer on the golden inputs."""
        off = 0.0
        for name, expected in self.manifest.expected.items():
            tensor = square_tensor(golden_radiograph(self.contents[name]), self.manifest.input.size_px)
            off = worse(off, self.manifest.compared(self.run(tensor)) - expected)
        return (Drift(off, *self.manifest.most_drift),)


@dataclass(frozen=True)
class SelfTest(Generic[ManifestT]):
    """How a bundle did on its golden inputs: the bundle to use, and what drifts there, all small."""

    bundle: Bundle[ManifestT]
    drifts: tuple[Drift, ...]
    notice: str | None


def self_test(bundle: Bundle[ManifestT]) -> SelfTest[ManifestT]:
    """Run the golden inputs: int8 first, then float with a notice; BundleError where both drift."""
    drifts = bundle.drifts()
    large = next((drift for drift in drifts if not drift.is_small), None)
    if large is None:
        return SelfTest(bundle, drifts, None)
    if bundle.ran_in_float:
        raise BundleError(f"Its self-test is off by {large} on this computer; report this to its makers.")
    tested = self_test(bundle.in_float())
    notice = (
        f"The model {bundle.manifest.family} runs in float, more slowly, because this processor's "
        f"8-bit arithmetic is off by {large}."
    )
    return replace(tested, notice=notice)


def ask(session: InferenceSession, inputs: Mapping[str, NDArray[np.uint8]], outputs: Iterable[str]) -> Answer:
    """Return the outputs by name for one picture's inputs, both without the axis of pictures."""
    feeds = {name: np.ascontiguousarray(each[np.newaxis], np.float32) for name, each in inputs.items()}
    names = list(outputs)
    return {name: value[0] for name, value in zip(names, session.run(names, feeds), strict=True)}


def worse(off: float, difference: NDArray[np.floating]) -> float:
    """Return the larger of `off` and of what a difference reaches; infinite where that is no number."""
    largest = float(np.abs(difference).max())
    return max(off, largest) if np.isfinite(largest) else float("inf")
