"""What the bundle carries and what it leaves out, for the build and for the check of what was built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

Entry = tuple[str, str, str]
"""PyInstaller's: place in the bundle, source, kind."""

FORBIDDEN_PACKAGES = (
    "tensorflow", "keras", "torch", "sklearn", "scipy", "cv2", "onnx", "tf2onnx", "matplotlib", "openvino",
    "training", "conversion",
)  # fmt: skip

EXCLUDED_MODULES = [
    *FORBIDDEN_PACKAGES,
    "attr", "attrs", "bench", "certifi", "h5py", "hypothesis", "IPython", "jax", "ml_dtypes", "mypy",
    "pandas", "pip", "psutil", "pydoc_data", "pygments", "pytest", "requests", "setuptools", "sympy",
    "tkinter", "tqdm", "urllib3", "wheel",
    "numpy.f2py", "numpy.testing", "numpy.distutils",
    "onnxruntime.backend", "onnxruntime.datasets", "onnxruntime.quantization", "onnxruntime.tools",
    "onnxruntime.transformers",
    "PIL.ImageTk", "PIL.ImageShow", "PIL._avif", "PIL._webp", "PIL._imagingcms",
    "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtSql", "PySide6.QtTest",
]  # fmt: skip

HIDDEN_IMPORTS = ["gdcm", "jpeg_ls", "_CharLS", "openjpeg", "_openjpeg"]
"""pydicom finds its decoders by name at run time."""

_UNWANTED = re.compile(
    "|".join(
        (
            r"PySide6/Qt/plugins/(sqldrivers|egldeviceintegrations|generic|networkinformation|tls|qmltooling)/",
            r"PySide6/Qt/plugins/(wayland-graphics-integration-server|vectorimageformats|designer|qmllint)/",
            r"PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)\.so",
            r"PySide6/Qt/plugins/platformthemes/libqgtk3\.so",
            r"PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin\.so",
            r"PySide6/Qt/plugins/imageformats/libqpdf\.so",
            r"PySide6/Qt/translations/(?!qtbase_)",
            r"onnxruntime/(datasets|tools|transformers|quantization)/",
            r"_gdcm/(gdcm[a-z]+$|pkgconfig/|scripts/|XML/)",
            r"\.(pyi|h|pyx|pxd)$",
            r"/tests?/",
            r"assets/(samples|reference)/.*\.csv$",  # the people whom training draws from
        )
    )
)


def is_wanted(name: str) -> bool:
    """Return whether the bundle carries the file of this name, given by its place in the bundle."""
    return _UNWANTED.search(name.replace("\\", "/")) is None


def without_orphans(entries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Leave out the libraries that nothing carried needs, such as those of a plugin that was left out.

    `needs` returns the names of the libraries that the file at a path is linked with.
    """
    waiting = [entry for entry in entries if not _is_linked_library(entry)]
    libraries = [entry for entry in entries if _is_linked_library(entry)]
    kept: list[Entry] = []
    while waiting:
        kept += waiting
        needed = {PurePosixPath(name).name for _, path, _ in waiting for name in needs(path)}
        waiting = [entry for entry in libraries if PurePosixPath(entry[0]).name in needed]
        libraries = [entry for entry in libraries if entry not in waiting]
    return kept


def _is_linked_library(entry: Entry) -> bool:
    """Return whether only linking can need it: a library of the system's or of Qt's own folder."""
    name, _, kind = entry
    path = PurePosixPath(name)
    in_linked_folder = path.parent in {PurePosixPath(), PurePosixPath("PySide6/Qt/lib")}
    return kind == "BINARY" and in_linked_folder and not path.name.startswith("libpython")
