"""Finds or makes a Python that has the TensorFlow of the goldens, and settles what makes its numbers reproducible."""
import os
import pathlib
import subprocess
import sys

REQUIREMENTS = ("tensorflow==2.21.0", "keras==3.15.1", "tf-keras==2.21.0", "tensorflow-probability==0.25.0", "tensorboard==2.21.0")
SETTINGS = {"TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "KERAS_BACKEND": "tensorflow", "PYTHONHASHSEED": "0", "TF_USE_LEGACY_KERAS": "0", "AUTOGRAPH_VERBOSITY": "0"}


def cache_folder():
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "loss-lab" / "golden-python"


def interpreter_of(folder):
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def made():
    folder = cache_folder()
    python = interpreter_of(folder)
    if not (folder / "ready").exists():
        print(f"making a Python environment in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True, stdout=sys.stderr)
        (folder / "ready").write_text(" ".join(REQUIREMENTS))
    return python


def has_tensorflow():
    import importlib.util
    return all(importlib.util.find_spec(name) for name in ("tensorflow", "keras", "tf_keras"))


def ensure(python):
    """Goes on in the right interpreter, with the right settings in the environment from the start."""
    if os.environ.get("LOSS_LAB_GOLDEN") == "settled":
        return
    if python is None and has_tensorflow():
        python = sys.executable
    python = str(python or made())
    done = subprocess.run([python, *sys.argv], env={**os.environ, **SETTINGS, "LOSS_LAB_GOLDEN": "settled"})
    sys.exit(done.returncode)
