"""The notation in which the sample tables under families/ are written, and the arrays that samples are run on.

A sample is source text (our own engine parses and traces it) plus small arrays. `$` in an expression stands for the entry's name; an expression with
a line break is a whole function body; the parameters of `f` are those of the group's arrays that the text mentions, in the group's order.
"""
import re
import zlib
from dataclasses import dataclass, field

import numpy as np

HEADERS = {
    "keras3": "import tensorflow as tf\nimport numpy as np\nimport keras\nfrom keras import ops\nfrom tensorflow.keras import backend as K\n",
    "keras2": "import tensorflow as tf\nimport numpy as np\nimport tf_keras as keras\nfrom tf_keras import backend as K\n",
    "tf1": "import tensorflow.compat.v1 as tf\nimport numpy as np\n",
}


@dataclass(frozen=True)
class Array:
    """One input. `kind` draws from a generator seeded by name, kind and shape; explicit `values` are taken as they are."""
    shape: tuple
    dtype: str = "float32"
    kind: str = "normal"
    values: object = None
    low: float = 0
    high: float = 0

    def draw(self, name):
        if self.values is not None:
            return np.array(self.values, dtype=np.float64 if self.dtype in FLOATS else None).reshape(self.shape)
        seed = zlib.crc32(f"{name}:{self.kind}:{self.shape}:{self.low}:{self.high}".encode())
        return DRAW[self.kind](np.random.RandomState(seed), self)


FLOATS = ("float16", "bfloat16", "float32", "float64")


def _softmax(rng, a):
    e = np.exp(rng.standard_normal(a.shape))
    return np.round(e / e.sum(-1, keepdims=True), 4)


def _onehot(rng, a):
    labels = rng.randint(0, a.shape[-1], a.shape[:-1])
    return np.eye(a.shape[-1])[labels]


DRAW = {
    "normal": lambda rng, a: np.round(rng.standard_normal(a.shape), 3) + 0.0,
    "unit": lambda rng, a: np.round(rng.uniform(0.05, 0.95, a.shape), 3),
    "uniform": lambda rng, a: np.round(rng.uniform(a.low, a.high, a.shape), 3),
    "softmax": _softmax,
    "onehot": _onehot,
    "int": lambda rng, a: rng.randint(int(a.low), int(a.high), a.shape),
    "binary": lambda rng, a: rng.randint(0, 2, a.shape),
}


def N(*shape, dtype="float32"):
    return Array(shape, dtype)


def U(*shape, dtype="float32"):
    """Uniform in 0.05 … 0.95."""
    return Array(shape, dtype, "unit")


def R(low, high, *shape, dtype="float32"):
    """Uniform in low … high."""
    return Array(shape, dtype, "uniform", None, low, high)


def S(*shape, dtype="float32"):
    return Array(shape, dtype, "softmax")


def H(*shape, dtype="float32"):
    return Array(shape, dtype, "onehot")


def I(high, *shape, low=0, dtype="int32"):
    """Integers low … high - 1."""
    return Array(shape, dtype, "int", None, low, high)


def B(*shape, dtype="bool"):
    return Array(shape, dtype, "binary")


def V(values, dtype=None):
    """Explicit values."""
    array = np.array(values)
    dtype = dtype or {"b": "bool", "i": "int32", "f": "float32"}[array.dtype.kind]
    return Array(array.shape, dtype, "values", values)


NAN, INF = float("nan"), float("inf")


@dataclass
class Sample:
    entry: str
    family: str
    flavor: str
    source: str
    inputs: dict
    fails: bool
    gradient_fails: bool = False
    reference: bool = False  # the truth is not a package but the formulas in references.py
    random: bool = False  # only shape and dtype are recorded

    @property
    def id(self):
        drawn = ";".join(f"{n}={a.dtype}{list(a.shape)}{a.kind}{a.values}{a.low}{a.high}" for n, a in self.inputs.items())
        mark = zlib.crc32(f"{self.flavor}|{self.source}|{drawn}".encode())
        return f"{self.entry}/{self.flavor}/{mark:08x}"


@dataclass
class Family:
    """A family is one recorded file. `add` takes samples that must run, `fails` those that must raise."""
    name: str
    flavors: tuple = ("keras3",)
    prelude: str = ""  # imports that every source of the family starts with
    samples: list = field(default_factory=list)

    def add(self, entries, *expressions, flavors=None, reference=False, gradient_fails=False, random=False, **arrays):
        self._put(entries, expressions, flavors, arrays, dict(fails=False, reference=reference, gradient_fails=gradient_fails, random=random))

    def fails(self, entries, *expressions, flavors=None, reference=False, **arrays):
        self._put(entries, expressions, flavors, arrays, dict(fails=True, reference=reference))

    def _put(self, entries, expressions, flavors, arrays, options):
        """Every expression for the first of the names `a|b|c`, the first expression for the others."""
        names = [entries] if entries == "|" else entries.split("|")
        for flavor in flavors or self.flavors:
            for position, name in enumerate(names):
                for expression in expressions if position == 0 else expressions[:1]:
                    source, inputs = _function(expression, name, flavor, arrays)
                    self.samples.append(Sample(name, self.name, flavor, self.prelude + source, inputs, **options))


def _function(expression, name, flavor, arrays):
    text = expression.replace("$", _spelling(name, flavor)).strip("\n")
    if "def f(" in text:  # a module of its own
        return _dedent(text), {n: a for n, a in arrays.items() if re.search(rf"def f\(.*\b{n}\b.*\):", text)}
    inputs = {n: a for n, a in arrays.items() if re.search(rf"(?<![\w.]){n}\b(?!\s*=[^=])", text)}
    head = f"def f({', '.join(inputs)}):\n"
    if "\n" not in text and not text.startswith(("return ", "raise ")):
        return f"{head}    return {text}\n", inputs
    return head + "".join(f"    {line}".rstrip() + "\n" for line in _dedent(text).splitlines()), inputs


def _dedent(text):
    lines = [line for line in text.split("\n") if line.strip()]
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    return "".join(line[indent:] + "\n" for line in lines)


def _spelling(name, flavor):
    """How the header of this flavor lets one write the entry."""
    if name.startswith("keras.ops.") and flavor == "keras3":
        return name[len("keras."):]
    return name
