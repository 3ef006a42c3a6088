"""What must not be logged."""

import logging
import re

MAIL = re.compile(r"[^\s<>(){}\[\]'\",;:=]{1,64}@[^\s<>(){}\[\]'\",;:=]{1,190}")
SURVEY_LINKS = "/s/"


class NoSurveyLinks(logging.Filter):
    """Drop what is logged of a request by a personal link: a log would say when its person came."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return not str(getattr(request, "path", "")).startswith(SURVEY_LINKS)


class NamelessLine(logging.Formatter):
    """A line of the log without mail addresses, also those in errors of other servers: a log cannot be erased."""

    def format(self, record: logging.LogRecord) -> str:
        return MAIL.sub("[address]", super().format(record))
