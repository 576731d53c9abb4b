"""`python -m workers.cli`, as child processes of `dateline run` are started."""

from workers.cli import main

main()
