from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conversion.errors import ConversionError
from conversion.keys import main, new_pair, read_private
from desktop.models.signature import read_trusted_keys, verify


def test_a_pair_signs_and_verifies(tmp_path: Path) -> None:
    private = tmp_path / "clinic.private"
    public = new_pair(private)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    keys, problems = read_trusted_keys([public])
    assert not problems
    signer = verify(b"message", read_private(private).sign(b"message"), keys)
    assert signer.signer == "clinic"


def test_no_private_key_inside_a_git_tree(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="git tree"):
        new_pair(root / "build" / "never.private")
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    assert main(["new", "--out", str(tmp_path / "never.private")]) == 2
    assert not (tmp_path / "never.private").exists()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    new_pair(tmp_path / "key.private")
    before = (tmp_path / "key.private").read_bytes()
    with pytest.raises(ConversionError, match="cannot be written"):
        new_pair(tmp_path / "key.private")
    assert (tmp_path / "key.private").read_bytes() == before


def test_the_environment_may_name_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_pair(tmp_path / "key.private")
    monkeypatch.setenv("TRABECULA_SIGNING_KEY", str(tmp_path / "key.private"))
    assert isinstance(read_private(None), Ed25519PrivateKey)
