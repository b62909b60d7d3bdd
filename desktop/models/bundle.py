"""A model as shipped: a verified graph, what its manifest says, and its self-test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop.errors import BundleError
from desktop.findings.result import ModelIdentity
from desktop.imaging.preprocess import square_tensor
from desktop.models.files import VerifiedFiles
from desktop.models.golden import golden_radiograph
from desktop.models.manifest import BundleManifest
from desktop.models.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


ManifestT = TypeVar("ManifestT", bound=BundleManifest, covariant=True)


@dataclass(frozen=True, eq=False)
class Bundle(Generic[ManifestT]):
    """A loaded model; `run` may be called from any thread."""

    manifest: ManifestT
    identity: ModelIdentity
    contents: Mapping[str, bytes]
    session: InferenceSession
    threads: int = 0
    ran_in_float: bool = False

    def run(self, tensor: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Return each output of the graph for one picture, uint8 [row, column, RGB] from square_tensor.

        All are float32. Of a BMD model `bmd` is [site] in g/cm2, in the order of manifest.sites, and
        `evidence` [row, column]; of the gate `view`, [view], and `inverted`, [1], are logits.
        """
        names = list(self.manifest.outputs)
        batch = np.ascontiguousarray(tensor.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)
        values = self.session.run(names, {self.manifest.input.name: batch})
        return {name: value[0] for name, value in zip(names, values, strict=True)}

    def in_float(self) -> Bundle[ManifestT]:
        """Return the same model computed in float: slower, and alike on every CPU."""
        session = open_session(self.contents[self.manifest.model], threads=self.threads, in_float=True)
        return replace(self, session=session, ran_in_float=True)


@dataclass(frozen=True)
class SelfTest(Generic[ManifestT]):
    """How a bundle did on its golden inputs: the bundle to use, and its largest drift there."""

    bundle: Bundle[ManifestT]
    drift: float
    notice: str | None


def open_bundle(files: VerifiedFiles, *, threads: int = 0) -> Bundle[BundleManifest]:
    """Return the bundle of verified files, in int8; BundleError where the graph is another than stated."""
    manifest = files.manifest
    session = open_session(files.contents[manifest.model], threads=threads)
    inputs = {value.name for value in session.get_inputs()}
    outputs = {value.name for value in session.get_outputs()}
    if inputs != {manifest.input.name} or not set(manifest.outputs) <= outputs:
        raise BundleError(
            "Its graph has other inputs or outputs than its manifest says; reinstall the model."
        )
    identity = ModelIdentity(
        family=manifest.family,
        version=manifest.version,
        evidence=manifest.evidence,
        sha256=manifest.files[manifest.model].sha256,
        signer=files.signer.signer,
    )
    return Bundle(manifest, identity, files.contents, session, threads)


def self_test(bundle: Bundle[ManifestT]) -> SelfTest[ManifestT]:
    """Run the golden inputs: int8 first, then float with a notice; BundleError where both drift."""
    drift = _drift(bundle)
    limit, unit = bundle.manifest.most_drift
    if drift <= limit:
        return SelfTest(bundle, drift, None)
    if bundle.ran_in_float:
        raise BundleError(
            f"Its self-test is off by {drift:.3f} {unit} on this computer; report this to its makers."
        )
    tested = self_test(bundle.in_float())
    notice = (
        f"The model {bundle.manifest.family} runs in float, more slowly, because this processor's "
        f"8-bit arithmetic is off by {drift:.3f} {unit}."
    )
    return replace(tested, notice=notice)


def _drift(bundle: Bundle[BundleManifest]) -> float:
    """Return the largest difference to what the shipped graph said of the golden inputs."""
    manifest = bundle.manifest
    drifts = []
    for name, expected in manifest.expected.items():
        tensor = square_tensor(golden_radiograph(bundle.contents[name]), manifest.input.size_px)
        drifts.append(np.abs(manifest.compared(bundle.run(tensor)) - expected).max())
    drift = float(np.max(drifts))
    return drift if np.isfinite(drift) else float("inf")
