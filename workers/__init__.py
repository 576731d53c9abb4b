"""The running: Celery app, dispatcher, producers, sinks' connections, command line, embedded Redis."""

import os

# Before anything imports numpy: one thread per process; parallel are the processes.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
