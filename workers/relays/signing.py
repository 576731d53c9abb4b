"""Signatures by which a receiver knows that a request is ours, new, and unaltered.

Source: Standard Webhooks 1.0, "Webhook metadata" and "Signature scheme" (symmetric, v1).
"""

import base64
import binascii
import hmac
from collections.abc import Sequence

from config.errors import SettingsError

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
"""What the standard asks of a key."""


def read_secret(text: str) -> bytes:
    """The key that a secret holds.

    Raises: SettingsError, without the secret.
    """
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise SettingsError(
            f"webhook_secrets: expected {PREFIX} and the base64 of {LEAST_BYTES} to {MOST_BYTES} random bytes, as "
            f"`echo {PREFIX}$(openssl rand -base64 32)` makes one"
        )
    return key


def sign(body: bytes, *, message_id: str, timestamp: int, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of a request: its id, its time in seconds, and a signature over both and the body by every key."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
