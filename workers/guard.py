"""Stops a private Redis once nobody uses it any more; see workers/embedded.py. A script: it imports nothing of ours.

A command that ends in good order has stopped it already. One that was killed has not, and its share of the lock is
dropped by the kernel.
"""

import fcntl
import os
import socket
import sys


def main(start_lock: str, users_lock: str, address: str) -> None:
    """Wait until the lock of the users is free, and is so still while nobody can start; then stop the server."""
    with open(users_lock, "a") as users, open(start_lock, "a") as start:
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            # In this order, as everybody takes them: otherwise two wait for each other.
            fcntl.flock(start, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(start, fcntl.LOCK_UN)
                continue
            stop(address)
            return


def stop(address: str) -> None:
    """Ask the server to end, and wait for it: it closes the connection with its last breath."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        try:
            connection.connect(address)
            connection.sendall(b"SHUTDOWN NOSAVE\r\n")
            connection.recv(100)
        except OSError:
            return


if __name__ == "__main__":
    if not os.fork():
        main(*sys.argv[1:])
