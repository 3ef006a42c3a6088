"""What can be refused of a ledger; each text is fit to be shown."""

from madoguchi.people.sayings import SaidError


class LedgerError(SaidError):
    """The file cannot be read as a ledger; the text says what it has and what is allowed. Nothing was saved."""


class MappingError(SaidError):
    """The mapping does not fit: which field, what it has, what is allowed. Nothing was saved."""


class ImportNotNowError(SaidError):
    """The import is not at the point where this can be done; the text says where it is."""


class ChangedSinceError(SaidError):
    """Tickets of the import were changed since; the text names them. Nothing was taken back."""
