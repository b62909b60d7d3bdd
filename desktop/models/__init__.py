"""Signed model bundles: their manifest, signature, session and self-test."""

from desktop.models.bundle import Bundle, SelfTest, self_test
from desktop.models.chest_bundle import ChestBundle
from desktop.models.ensemble_bundle import EnsembleBundle
from desktop.models.loading import Models, load_bundles, load_installed
from desktop.models.lumbar_bundle import LumbarBundle

__all__ = [
    "Bundle",
    "ChestBundle",
    "EnsembleBundle",
    "LumbarBundle",
    "Models",
    "SelfTest",
    "load_bundles",
    "load_installed",
    "self_test",
]
