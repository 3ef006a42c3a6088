"""The desk that every simulator of the benchmark runs: calls with patience, mail in idle time."""

from dataclasses import dataclass

AGENTS = 20
CALLS_AN_HOUR, CALL_SECONDS, PATIENCE_SECONDS = 170.0, 360.0, 120.0
MAILS_AN_HOUR, MAIL_SECONDS = 8.0, 900.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came out; `error` is the answer rate's standard error over runs, `wait` the callers' mean in seconds."""

    contacts: int
    answer_rate: float
    error: float
    wait: float

    def __str__(self) -> str:
        return f"answer rate {self.answer_rate:.4f}±{self.error:.4f}, mean wait {self.wait:.2f} s"
