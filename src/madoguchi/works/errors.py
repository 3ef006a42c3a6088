"""What can be refused in the works; each text is fit to be shown."""

from collections.abc import Mapping

from madoguchi.core.errors import MadoguchiError


class AnswersError(MadoguchiError):
    """Some answers to a form are wrong: a message for each field's key. Nothing was saved."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("\n".join(f"{key}: {message}" for key, message in self.errors.items()))


class NotNowError(MadoguchiError):
    """What was asked does not fit the state of the matter any more; the text says why."""
