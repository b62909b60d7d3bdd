"""The bytes of a bundle's folder, read once and checked: what is verified is what runs."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import BundleError
from desktop.models.decode import decode_manifest
from desktop.models.manifest import BundleManifest
from desktop.models.signature import SIGNATURE_BYTES, TrustedKey, verify

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
_MANIFEST_BYTES_AT_MOST = 1 << 20
_FILE_BYTES_AT_MOST = 64 << 20


@dataclass(frozen=True)
class VerifiedFiles:
    """A bundle whose signature and hashes hold; `contents` are the bytes that were hashed, by name."""

    manifest: BundleManifest
    signer: TrustedKey
    contents: Mapping[str, bytes]


def read_verified(folder: Path, keys: Sequence[TrustedKey]) -> VerifiedFiles:
    """Return the bundle in `folder`; BundleError, a clause that ends a sentence, where anything is off."""
    if folder.is_symlink():
        raise BundleError("Its folder is a link; copy the model itself there.")
    raw = _read(folder / MANIFEST, _MANIFEST_BYTES_AT_MOST)
    signer = verify(raw, _read(folder / SIGNATURE, SIGNATURE_BYTES), keys)
    manifest = decode_manifest(raw)
    if manifest.key_id != signer.identifier:
        raise BundleError("It names another key than the one that signed it; reinstall the model.")
    if manifest.family != folder.name:
        raise BundleError(f"Its folder should be named {manifest.family}; move the model there.")
    _refuse_unlisted(folder, manifest)
    return VerifiedFiles(
        manifest, signer, {name: _read_listed(folder, name, manifest) for name in manifest.files}
    )


def _refuse_unlisted(folder: Path, manifest: BundleManifest) -> None:
    listed = {MANIFEST, SIGNATURE, *manifest.files}
    for entry in folder.iterdir():
        if entry.name not in listed:
            raise BundleError(f"It holds {entry.name}, which its manifest does not list; remove that file.")


def _read_listed(folder: Path, name: str, manifest: BundleManifest) -> bytes:
    entry = manifest.files[name]
    if entry.size_bytes > _FILE_BYTES_AT_MOST:
        raise BundleError(f"Its file {name} is too large to be a model; reinstall the model.")
    content = _read(folder / name, entry.size_bytes)
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise BundleError(f"Its file {name} was changed since it was signed; reinstall the model.")
    return content


def _read(path: Path, bytes_at_most: int) -> bytes:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise BundleError(f"Its {path.name} is a link or no plain file; reinstall the model.")
        with path.open("rb") as file:
            content = file.read(bytes_at_most + 1)
    except FileNotFoundError as error:
        raise BundleError(f"Its {path.name} is missing; reinstall the model.") from error
    except OSError as error:
        raise BundleError(
            f"Its {path.name} cannot be read ({error.strerror}); check its permissions."
        ) from error
    if len(content) > bytes_at_most:
        raise BundleError(f"Its {path.name} is larger than stated; reinstall the model.")
    return content
