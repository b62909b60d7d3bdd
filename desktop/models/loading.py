"""Loading every bundle that this program ships or was given; what does not load says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import desktop
from desktop import paths
from desktop.errors import BundleError
from desktop.models.bundle import Bundle, self_test
from desktop.models.files import read_verified
from desktop.models.manifest import BundleManifest, JudgeManifest
from desktop.models.opening import open_bundle
from desktop.models.signature import TrustedKey, read_trusted_keys
from desktop.models.view_manifest import ViewManifest


@dataclass(frozen=True)
class Models:
    """The models that passed signature, hashes and self-test: those that judge, and the gate before them.

    problems: a sentence for each bundle that was not loaded; notices: one for each that runs in float.
    """

    by_family: Mapping[str, Bundle[JudgeManifest]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    view_gate: Bundle[ViewManifest] | None = None

    @property
    def every(self) -> tuple[Bundle[BundleManifest], ...]:
        """All that was loaded, the gate last."""
        return (*self.by_family.values(), *([self.view_gate] if self.view_gate else []))


def load_installed(*, threads: int = 0) -> Models:
    """Return the models shipped with the program, trusting its own keys and the machine's."""
    trusted = [paths.assets_dir() / "trusted_keys", paths.site_dir() / "trusted_keys"]
    return load_bundles(paths.assets_dir() / "models", trusted, threads=threads)


def load_bundles(folder: Path, trusted_keys: Sequence[Path], *, threads: int = 0) -> Models:
    """Return the bundles in `folder`, one a subfolder, checked and self-tested.

    trusted_keys: PEM public keys, or folders of *.pub. threads: of one inference, 0 one a core.
    """
    keys, problems = read_trusted_keys(trusted_keys)
    try:
        found = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        found = []
    if not found:
        return Models(problems=(*problems, f"No model was found in {folder}: reinstall Trabecula."))
    by_family: dict[str, Bundle[JudgeManifest]] = {}
    view_gate: Bundle[ViewManifest] | None = None
    notices, refused = [], []
    for place in found:
        try:
            tested = self_test(_open(place, keys, threads))
        except BundleError as error:
            reason = str(error)
            refused.append(f"The model in {place.name} was not loaded: {reason[0].lower()}{reason[1:]}")
            continue
        if isinstance(tested.bundle.manifest, ViewManifest):
            view_gate = cast(Bundle[ViewManifest], tested.bundle)
        else:
            by_family[place.name] = cast(Bundle[JudgeManifest], tested.bundle)
        notices += [tested.notice] if tested.notice else []
    return Models(by_family, (*problems, *refused), tuple(notices), view_gate)


def _open(place: Path, keys: Sequence[TrustedKey], threads: int) -> Bundle[BundleManifest]:
    try:
        files = read_verified(place, keys)
    except OSError as error:
        raise BundleError(f"Its folder cannot be read ({error.strerror}); check its permissions.") from error
    least = files.manifest.program_at_least
    if _parts(least) > _parts(desktop.__version__):
        raise BundleError(f"It needs Trabecula {least} or newer; update the program.")
    return open_bundle(files, threads=threads)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
