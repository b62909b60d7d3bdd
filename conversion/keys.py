"""Signing keys: `python -m conversion.keys new --out FILE` makes a pair; private halves never enter git."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from conversion.errors import ConversionError
from desktop.errors import AppError
from desktop.models.signature import KEY_SUFFIX

ENVIRONMENT = "TRABECULA_SIGNING_KEY"


def new_pair(private: Path) -> Path:
    """Write a private key that its owner alone can read, and the public one beside it; return the latter.

    ConversionError where `private` lies in a git tree or exists.
    """
    if any((parent / ".git").exists() for parent in private.resolve().parents):
        raise ConversionError(
            f"{private} lies in a git tree, where no private key may lie: choose another folder."
        )
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return write_public(key, private.with_suffix(KEY_SUFFIX))
    except OSError as error:
        raise ConversionError(
            f"{private} cannot be written ({error.strerror}): choose another place."
        ) from error


def write_public(key: Ed25519PrivateKey, path: Path) -> Path:
    """Write the public half of `key` as PEM; its file's name is the signer's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def read_private(path: Path | None) -> Ed25519PrivateKey:
    """Return the key in `path`, by default in the file that TRABECULA_SIGNING_KEY names."""
    named = path or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
    if named is None:
        raise ConversionError(f"No signing key: give --key FILE, set {ENVIRONMENT}, or use --release.")
    try:
        key = load_pem_private_key(named.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConversionError(
            f"{named} is no readable private key: make one by conversion.keys new."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConversionError(f"{named} is not an Ed25519 key: make one by conversion.keys new.")
    return key


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m conversion.keys", description=__doc__)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("new", help="make a pair").add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    try:
        public = new_pair(chosen.out)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"Private: {chosen.out}. Public, to be trusted on each computer: {public}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
