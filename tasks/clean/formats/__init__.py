"""One file per wire format; see `tasks.clean.registry` for what a file must have."""
