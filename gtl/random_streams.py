"""Independent random streams, named by what they are for.

One study seed gives every stream. A stream depends on its own name only, so adding a phenotype or a
method changes no other result, and a rerun draws the same numbers in whatever order stages run.
"""

import hashlib

import numpy as np


def stream_seed(seed: int, *names: object) -> np.random.SeedSequence:
    """Seed sequence of the stream that ``names`` names.

    >>> a, b = stream_seed(1, "phenotype", "YRI_5_1"), stream_seed(1, "phenotype", "YRI_5_1")
    >>> (a.generate_state(4) == b.generate_state(4)).all()
    np.True_
    """
    digest = hashlib.sha256("\x1f".join(map(str, names)).encode()).digest()
    return np.random.SeedSequence([seed, *np.frombuffer(digest, dtype=np.uint32).tolist()])


def stream(seed: int, *names: object) -> np.random.Generator:
    """Random generator (PCG64) of the stream that ``names`` names."""
    return np.random.Generator(np.random.PCG64(stream_seed(seed, *names)))


def stream_integer(seed: int, *names: object) -> int:
    """One integer in [0, 2**31) for libraries that take nothing but an integer seed."""
    return int(stream_seed(seed, *names).generate_state(1)[0] >> 1)
