"""What must not be logged."""

import logging

SURVEY_LINKS = "/s/"


class NoSurveyLinks(logging.Filter):
    """Drop what is logged of a request by a personal link: a log would say when its person came."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return not str(getattr(request, "path", "")).startswith(SURVEY_LINKS)
