"""Loads the adapters as trainers do, from a file: as printed, vtriune_trl.py and so on in the folder that VTRIUNE_ADAPTERS names, or
from the sources in apps/orsta/adapters. That folder is not put on the path: its `trl.py` would stand in front of the package.
"""
import importlib.util
import os
import sys

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "apps", "orsta", "adapters")
FOLDER = os.environ.get("VTRIUNE_ADAPTERS") or SOURCES


def load_file(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def adapter_path(name):
    return os.path.join(FOLDER, name + ".py" if FOLDER == SOURCES else "vtriune_" + name + ".py")


def load_adapter(name):
    """The module of an adapter: verl, trl, ms_swift or easyr1."""
    if FOLDER == SOURCES:
        for shared in ("_requests", "_transport"):
            if shared not in sys.modules:
                load_file(os.path.join(SOURCES, shared + ".py"), shared)
    return load_file(adapter_path(name), "vtriune_" + name)
