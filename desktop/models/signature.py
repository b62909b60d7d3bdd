"""Ed25519 signatures over the raw bytes of a manifest, and the public keys that this machine trusts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import BundleError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_SUFFIX = ".pub"
SIGNATURE_BYTES = 64
_KEY_BYTES_AT_MOST = 4096


@dataclass(frozen=True)
class TrustedKey:
    """A public key; `signer` is its file's name without the suffix."""

    signer: str
    identifier: str
    public: Ed25519PublicKey


def key_identifier(public: Ed25519PublicKey) -> str:
    """Return the first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def read_trusted_keys(places: Sequence[Path]) -> tuple[tuple[TrustedKey, ...], tuple[str, ...]]:
    """Return the keys in `places` (PEM files, or folders of *.pub) and a sentence for each unusable file."""
    keys, problems = [], []
    for path in _key_files(places):
        try:
            keys.append(_read_key(path))
        except (OSError, BundleError):
            problems.append(
                f"{path} is no readable Ed25519 public key: replace it, remove it or correct its permissions."
            )
    return tuple(keys), tuple(problems)


def verify(message: bytes, signature: bytes, keys: Iterable[TrustedKey]) -> TrustedKey:
    """Return the key that signed `message`; BundleError where none of `keys` did."""
    from cryptography.exceptions import InvalidSignature

    for key in keys:
        try:
            key.public.verify(signature, message)
        except InvalidSignature:
            continue
        return key
    raise BundleError(
        "No key that this computer trusts has signed it, or it was changed; reinstall the model."
    )


def _key_files(places: Sequence[Path]) -> Iterable[Path]:
    for place in places:
        try:
            if place.is_dir():
                yield from sorted(each for each in place.iterdir() if each.suffix == KEY_SUFFIX)
            elif place.exists():
                yield place
        except OSError:
            yield place  # reading it says why


def _read_key(path: Path) -> TrustedKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    with path.open("rb") as file:
        raw = file.read(_KEY_BYTES_AT_MOST)
    try:
        public = load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BundleError(f"{path.name} is not a PEM public key.") from error
    if not isinstance(public, Ed25519PublicKey):
        raise BundleError(f"{path.name} is not an Ed25519 key.")
    return TrustedKey(path.name.removesuffix(KEY_SUFFIX), key_identifier(public), public)
