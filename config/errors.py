"""What can be wrong with the configuration; apart, so that the command line can name it without loading settings."""


class SettingsError(Exception):
    """The settings are wrong; the message lists every bad key."""
