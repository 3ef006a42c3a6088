"""What can go wrong in the mail room; each text is fit to be shown."""

from django.db import InterfaceError, OperationalError

from madoguchi.core.errors import MadoguchiError

TEMPORARY = (OperationalError, InterfaceError, OSError)
"""A database that does not answer, a full disk, a broken connection: nothing that a message could do by itself."""


class IntakeStoppedError(MadoguchiError):
    """Mail cannot be kept just now; it stays in its box and is fetched later."""


class SourceError(MadoguchiError):
    """The mail server cannot be reached, refuses the account or does not speak the protocol."""


class SecretError(MadoguchiError):
    """A box's password file is missing or open to other accounts."""
