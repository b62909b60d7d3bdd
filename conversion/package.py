"""Writing a bundle: its files, the manifest that lists them, and the signature over it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conversion.errors import ConversionError
from desktop.models.decode import decode_manifest
from desktop.models.files import MANIFEST, SIGNATURE
from desktop.models.manifest import BundleManifest, ListedFile
from desktop.models.signature import key_identifier


def listed(contents: Mapping[str, bytes]) -> dict[str, ListedFile]:
    """Return size and SHA-256 of each file, by name, in the order of names."""
    return {
        name: ListedFile(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
        for name, content in sorted(contents.items())
    }


ManifestT = TypeVar("ManifestT", bound=BundleManifest)


def write_bundle(
    folder: Path, manifest: ManifestT, contents: Mapping[str, bytes], key: Ed25519PrivateKey
) -> ManifestT:
    """Write `contents`, manifest.json and its signature into `folder`, in place of an older bundle there.

    Return the manifest as written: with `files` and `key_id` filled in. ConversionError where `folder` holds
    anything else.
    """
    complete = msgspec.structs.replace(
        manifest, files=listed(contents), key_id=key_identifier(key.public_key())
    )
    raw = msgspec.json.format(msgspec.json.encode(complete), indent=2) + b"\n"
    decode_manifest(raw)
    _clear(folder)
    for name, content in {**contents, MANIFEST: raw, SIGNATURE: key.sign(raw)}.items():
        (folder / name).write_bytes(content)
    return complete


def _clear(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MANIFEST).is_file():
            raise ConversionError(f"{folder} holds something that is no bundle: choose another folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
