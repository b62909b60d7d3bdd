"""From verified files to a loaded model of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.errors import BundleError
from desktop.findings.result import ModelIdentity
from desktop.models.bundle import Bundle
from desktop.models.chest_bundle import LANDMARK_OUTPUTS, ChestBundle
from desktop.models.chest_manifest import ChestManifest
from desktop.models.ensemble_bundle import EnsembleBundle
from desktop.models.ensemble_manifest import EnsembleManifest
from desktop.models.files import VerifiedFiles
from desktop.models.lumbar_bundle import CORNER_OUTPUTS, LumbarBundle
from desktop.models.lumbar_manifest import LumbarManifest
from desktop.models.manifest import BundleManifest
from desktop.models.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_bundle(files: VerifiedFiles, *, threads: int = 0) -> Bundle[BundleManifest]:
    """Return the bundle of verified files, in int8; BundleError where a graph is another than stated."""
    manifest = files.manifest
    identity = ModelIdentity(
        family=manifest.family,
        version=manifest.version,
        evidence=manifest.evidence,
        sha256=manifest.digest,
        signer=files.signer.signer,
    )

    def opened(name: str, takes: str, gives: Iterable[str]) -> InferenceSession:
        session = open_session(files.contents[name], threads=threads)
        inputs = {value.name for value in session.get_inputs()}
        outputs = {value.name for value in session.get_outputs()}
        if inputs != {takes} or not set(gives) <= outputs:
            raise BundleError(
                f"Its {name} has other inputs or outputs than its manifest says; reinstall the model."
            )
        return session

    if isinstance(manifest, ChestManifest):
        landmarks = opened(manifest.landmark_model, manifest.input.name, LANDMARK_OUTPUTS)
        session = opened(manifest.model, manifest.regions.name, manifest.outputs)
        return ChestBundle(
            manifest, identity, files.contents, session, threads=threads, landmark_session=landmarks
        )
    if isinstance(manifest, LumbarManifest):
        corners = opened(manifest.corner_model, manifest.input.name, CORNER_OUTPUTS)
        session = opened(manifest.model, manifest.region.name, manifest.outputs)
        return LumbarBundle(
            manifest, identity, files.contents, session, threads=threads, corner_session=corners
        )
    session = opened(manifest.model, manifest.input.name, manifest.outputs)
    if isinstance(manifest, EnsembleManifest):
        return EnsembleBundle(manifest, identity, files.contents, session, threads)
    return Bundle(manifest, identity, files.contents, session, threads)
