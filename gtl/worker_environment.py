"""Environment of processes that work side by side, one a core."""

WORKER_ENVIRONMENT = {
    # Libraries that would each take every core must not fight over them.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    # TensorFlow says at every start which processor instructions it uses.
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
"""Variables to set before such a process starts; the user's own values win."""
