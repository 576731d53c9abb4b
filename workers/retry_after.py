"""What a server asks of those it turns away: the header Retry-After (RFC 9110, 10.2.3)."""

import email.utils
import re


def asked_wait_s(value: str, *, now: float) -> float:
    """The wait asked for, as seconds or as a date (`now` is a Unix time); 0 where the header asks for none.

    >>> asked_wait_s("120", now=0.0)
    120.0
    """
    if re.fullmatch(r"\d{1,9}", value, flags=re.ASCII):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return 0.0
