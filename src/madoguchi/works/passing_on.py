"""Whether other systems take a contract's accounts: answered by the room that passes accounts on, above this one."""

from collections.abc import Callable

from madoguchi.contracts.models import Contract

Answer = Callable[[Contract], bool]
_answers: list[Answer] = []


def answered_by(answer: Answer) -> None:
    """Name who knows. Called once, when the program starts."""
    _answers.append(answer)


def is_passed_on(contract: Contract) -> bool:
    return any(answer(contract) for answer in _answers)
