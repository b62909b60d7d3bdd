"""Turns a trained run into a signed bundle: `python -m conversion RUN --out BUNDLE`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import msgspec  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: E402
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from conversion.chest_run import read_chest_run  # noqa: E402
from conversion.convert import GATE_PICTURES, build_manifest, convert  # noqa: E402
from conversion.errors import ConversionError  # noqa: E402
from conversion.keys import read_private, write_public  # noqa: E402
from conversion.lumbar_run import read_lumbar_run  # noqa: E402
from conversion.package import write_bundle  # noqa: E402
from conversion.report import write_report  # noqa: E402
from conversion.trained import Pictures, read_family, read_run  # noqa: E402
from conversion.view_gate import build_gate_manifest, convert_gate, read_gate  # noqa: E402
from desktop import __version__  # noqa: E402
from desktop.errors import AppError  # noqa: E402
from desktop.models.bundle import self_test  # noqa: E402
from desktop.models.chest_manifest import FAMILY as CHEST_FAMILY  # noqa: E402
from desktop.models.ensemble_manifest import FAMILY as ENSEMBLE_FAMILY  # noqa: E402
from desktop.models.files import read_verified  # noqa: E402
from desktop.models.lumbar_manifest import FAMILY as LUMBAR_FAMILY  # noqa: E402
from desktop.models.opening import open_bundle  # noqa: E402
from desktop.models.signature import KEY_SUFFIX, TrustedKey, key_identifier  # noqa: E402
from desktop.models.view_manifest import FAMILY as GATE_FAMILY  # noqa: E402
from desktop.paths import assets_dir  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the bundle is written, 2 where it cannot be made as asked."""
    chosen = _parser().parse_args(arguments)
    try:
        _make(chosen)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conversion", description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder of a finished training")
    parser.add_argument("--out", type=Path, required=True, metavar="BUNDLE", help="named like the family")
    parser.add_argument("--data", type=Path, help="data folder, where it is not the one that training used")
    parser.add_argument(
        "--more-test", type=Path, help="data folder whose test part is judged beside the run's (lumbar_xray)"
    )
    parser.add_argument("--model-version", default=__version__, help="default: the program's")
    signing = parser.add_mutually_exclusive_group()
    signing.add_argument("--key", type=Path, help="private key; by default TRABECULA_SIGNING_KEY names it")
    signing.add_argument(
        "--release",
        action="store_true",
        help="sign by a new key that is then forgotten; its public half goes to --trusted",
    )
    parser.add_argument(
        "--trusted",
        type=Path,
        default=assets_dir() / "trusted_keys",
        help="folder of public keys for --release",
    )
    return parser


def _make(chosen: argparse.Namespace) -> None:
    key = None if chosen.release else read_private(chosen.key)
    family = read_family(chosen.run)
    if chosen.out.name != family:
        raise ConversionError(f"--out should end in {family}, the family's name.")
    signing = key or Ed25519PrivateKey.generate()
    others = {
        GATE_FAMILY: _make_gate,
        CHEST_FAMILY: _make_chest,
        ENSEMBLE_FAMILY: _make_ensemble,
        LUMBAR_FAMILY: _make_lumbar,
    }
    others.get(family, _make_bmd)(chosen, signing)
    if chosen.release:
        write_public(signing, chosen.trusted / f"trabecula-{family}{KEY_SUFFIX}")
    _check_again(chosen.out, signing.public_key())


def _make_bmd(chosen: argparse.Namespace, signing: Ed25519PrivateKey) -> None:
    run = read_run(chosen.run, chosen.data)
    _check_release(chosen, run)
    converted = convert(run)
    manifest, contents = build_manifest(converted, chosen.model_version)
    write_report(converted, write_bundle(chosen.out, manifest, contents, signing), chosen.run)


def _make_chest(chosen: argparse.Namespace, signing: Ed25519PrivateKey) -> None:
    run = read_chest_run(chosen.run, chosen.data)
    _check_release(chosen, run)
    from conversion.chest import build_chest_manifest, convert_chest  # needs torch, as only this family does

    converted = convert_chest(run)
    manifest, contents = build_chest_manifest(converted, chosen.model_version)
    write_report(converted, write_bundle(chosen.out, manifest, contents, signing), chosen.run)


def _make_ensemble(chosen: argparse.Namespace, signing: Ed25519PrivateKey) -> None:
    from conversion.ensemble import build_ensemble_manifest, convert_ensemble
    from conversion.ensemble_report import write_ensemble_report
    from conversion.ensemble_run import read_ensemble_run

    run = read_ensemble_run(chosen.run, chosen.data)
    _check_release(chosen, run)
    converted = convert_ensemble(run)
    manifest, contents = build_ensemble_manifest(converted, chosen.model_version)
    write_ensemble_report(converted, write_bundle(chosen.out, manifest, contents, signing), chosen.run)


def _make_lumbar(chosen: argparse.Namespace, signing: Ed25519PrivateKey) -> None:
    from conversion.lumbar import build_lumbar_manifest, convert_lumbar
    from conversion.lumbar_report import write_lumbar_report

    run = read_lumbar_run(chosen.run, chosen.data, chosen.more_test)
    _check_release(chosen, run)
    converted = convert_lumbar(run)
    manifest, contents = build_lumbar_manifest(converted, chosen.model_version)
    write_lumbar_report(converted, write_bundle(chosen.out, manifest, contents, signing), chosen.run)


def _check_release(chosen: argparse.Namespace, run: Pictures) -> None:
    if chosen.release and len(run.parts["test"]) < GATE_PICTURES:
        raise ConversionError(f"A release needs {GATE_PICTURES} test pictures for its gate: add persons.")


def _make_gate(chosen: argparse.Namespace, signing: Ed25519PrivateKey) -> None:
    converted = convert_gate(read_gate(chosen.run))
    manifest, contents = build_gate_manifest(converted, chosen.model_version)
    write_bundle(chosen.out, manifest, contents, signing)


def _check_again(folder: Path, public: Ed25519PublicKey) -> None:
    """Load what was written as the desktop will, and say what it holds."""
    key = TrustedKey("this conversion", key_identifier(public), public)
    tested = self_test(open_bundle(read_verified(folder, [key])))
    shipped = msgspec.to_builtins(tested.bundle.manifest)["metrics"]["int8"]
    figures = ", ".join(f"{name} {value}" for name, value in shipped.items())
    size_kb = sum(len(each) for each in tested.bundle.contents.values()) / 1000
    within = ", ".join(f"{each.value:.5f} {each.unit}" for each in tested.drifts)
    sys.stdout.write(f"{folder}: {size_kb:.0f} kB; int8: {figures}; self-test within {within}.\n")


if __name__ == "__main__":
    sys.exit(main())
