"""From the bytes of manifest.json to the manifest of that family, decoded strictly."""

from __future__ import annotations

import msgspec

from desktop.errors import BundleError
from desktop.models.chest_manifest import FAMILY as CHEST_FAMILY
from desktop.models.chest_manifest import ChestManifest
from desktop.models.ensemble_manifest import FAMILY as ENSEMBLE_FAMILY
from desktop.models.ensemble_manifest import EnsembleManifest
from desktop.models.lumbar_manifest import FAMILY as LUMBAR_FAMILY
from desktop.models.lumbar_manifest import LumbarManifest
from desktop.models.manifest import SCHEMA, BundleManifest, Manifest
from desktop.models.view_manifest import FAMILY as GATE_FAMILY
from desktop.models.view_manifest import ViewManifest

_OF_FAMILY: dict[str, type[BundleManifest]] = {
    GATE_FAMILY: ViewManifest,
    CHEST_FAMILY: ChestManifest,
    LUMBAR_FAMILY: LumbarManifest,
    ENSEMBLE_FAMILY: EnsembleManifest,
}


class _Head(msgspec.Struct, frozen=True):
    schema: int
    family: str


def decode_manifest(raw: bytes) -> BundleManifest:
    """Return the manifest in `raw`, the bytes of manifest.json; BundleError where it makes no sense."""
    try:
        head = msgspec.json.decode(raw, type=_Head)
        if head.schema > SCHEMA:
            raise BundleError(
                f"Its manifest has schema {head.schema}, this program knows {SCHEMA}; update Trabecula."
            )
        manifest = msgspec.json.decode(raw, type=_OF_FAMILY.get(head.family, Manifest))
    except msgspec.MsgspecError as error:
        raise BundleError(f"Its manifest makes no sense ({error}); reinstall the model.") from error
    for name in manifest.contradictions():
        raise BundleError(f"Its manifest contradicts itself in {name}; reinstall the model.")
    return manifest
