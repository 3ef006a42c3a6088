"""What can go wrong in the mail room; each text is fit to be shown."""

from collections.abc import Sequence

from django.db import InterfaceError, OperationalError

from madoguchi.core.errors import MadoguchiError
from madoguchi.people.sayings import Said

TEMPORARY = (OperationalError, InterfaceError, OSError)
"""A database that does not answer, a full disk, a broken connection: nothing that a message could do by itself."""


class IntakeStoppedError(MadoguchiError):
    """Mail cannot be kept just now; it stays in its box and is fetched later."""


class SourceError(MadoguchiError):
    """The mail server cannot be reached, refuses the account or does not speak the protocol.

    Its text is for logs; what is said to readers is kept apart where more is known than that.
    """

    def __init__(self, text: str, *, said: Sequence[Said] = ()) -> None:
        self.said = tuple(said)
        super().__init__(text)


class SecretError(MadoguchiError):
    """A box's password file is missing or open to other accounts."""

    def __init__(self, said: Said) -> None:
        self.said = (said,)
        super().__init__(str(said))
