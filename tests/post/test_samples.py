"""The shared samples, file by file."""

import time
from pathlib import Path

import pytest
from tests.post.expectations import cases, differences
from tests.shared_data import shared_folder

from madoguchi.post.html_text import html_to_text
from madoguchi.post.quoting import split_quotes
from madoguchi.post.reading import read_message
from madoguchi.post.vocabulary import Trouble

HELLO = "Hello"
REPLIES = {
    "iphone.eml": "Hello\n\nSent from my iPhone",
    "sparrow.eml": "Hello \n\n-- \nxxx\nSent with Sparrow (http://www.sparrowmailapp.com/?sig)",
}


def files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.rglob(pattern))
    assert found, f"nothing in {folder}"
    return found


def test_japanese_samples_give_what_they_must() -> None:
    folder = shared_folder("data/mail/sample_ja")
    wrong = {}
    for case in cases(folder):
        found = differences(read_message((folder / case["file"]).read_bytes()), case)
        if found:
            wrong[case["file"]] = found
    assert wrong == {}


def test_every_sample_is_read_at_once_and_whole() -> None:
    for path in files(shared_folder("data/mail"), "*"):
        if path.is_file():
            started = time.perf_counter()
            message = read_message(path.read_bytes())
            assert time.perf_counter() - started < 2
            assert message.raw == path.read_bytes()
            assert Trouble.READING_FAILED not in {finding.trouble for finding in message.findings}


def test_replies_of_known_mailers_are_freed_of_their_quotes() -> None:
    folder = shared_folder("data/mail/talon_replies/standard_replies")
    found = {path.name: read_message(path.read_bytes()).new_text for path in files(folder, "*.eml")}
    assert found == {name: REPLIES.get(name, HELLO) for name in found}


def test_html_replies_of_known_mailers_are_freed_of_their_quotes() -> None:
    folder = shared_folder("data/mail/talon_replies/html_replies")
    for path in files(folder, "*.html"):
        new_text = split_quotes(html_to_text(path.read_text(encoding="utf-8"))).new_text
        assert new_text.split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"], path.name


@pytest.mark.parametrize("name", ["html_active.eml"])
def test_active_html_says_that_it_wanted_to_load(name: str) -> None:
    folder = shared_folder("data/mail/sample_ja")
    message = read_message((folder / name).read_bytes())
    assert message.has_remote_content
    assert "t.example" not in message.html
