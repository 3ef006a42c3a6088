"""Things with a name in either language are called in the reader's on every page."""

from pathlib import Path

from django.utils import translation

import madoguchi
from madoguchi.core.vocabulary import Verdict
from madoguchi.web.templatetags.words import called


def test_a_thing_is_called_in_the_readers_language() -> None:
    with translation.override("en"):
        assert called(Verdict.MET) == Verdict.MET.label_en
    with translation.override("ja"):
        assert called(Verdict.MET) == Verdict.MET.label


def test_no_template_asks_for_a_language_that_no_page_hands_it() -> None:
    pages = Path(madoguchi.__file__).parent.rglob("templates/**/*.html")
    asking = [
        page.name for page in pages
        if "LANGUAGE_CODE ==" in (text := page.read_text(encoding="utf-8")) and "get_current_language" not in text
    ]  # fmt: skip
    assert asking == []
