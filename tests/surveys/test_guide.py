"""The questionnaire of the guide is one."""

import re
from pathlib import Path

from madoguchi.core.surveys.load import load_questionnaire

GUIDE = Path(__file__).parents[2] / "docs/guides/surveys.md"


def test_the_guides_questionnaire_is_read() -> None:
    text = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]
    questionnaire = load_questionnaire("guide.toml", text)
    assert [each.id for each in questionnaire.questions] == ["電話での対応", "理由"]
