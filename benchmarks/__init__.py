"""Quality, speed and failure measured; `make evaluate`, `make bench`, `make drills`."""

import workers  # noqa: F401 - one thread per process, as in the workers, before numpy is imported
