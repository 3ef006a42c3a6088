"""What the registers refuse; each text is fit to be shown."""

from madoguchi.core.errors import MadoguchiError


class BookedError(MadoguchiError):
    """The item is taken on some of these days; the text says which, and until when."""


class ItemStateError(MadoguchiError):
    """The item's state does not allow this; the text says what it is."""
