import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.post.expectations import cases
from tests.post.mails import mail
from tests.shared_data import shared_folder

from madoguchi.core.errors import MadoguchiError
from madoguchi.post.composing import Answer, AnswerRefusedError, OutgoingFile, compose_answer
from madoguchi.post.message import Address
from madoguchi.post.reading import read_message
from madoguchi.post.sorting import classify
from madoguchi.post.threads import KnownThreads, find_thread
from madoguchi.post.vocabulary import Basis, Mark

KEY = b"k" * 32
OWN = "helpdesk@example.go.jp"
ASKED = read_message(
    mail(
        "届出様式はどこですか。\n\n> 前のメール\n".encode(),
        headers=(
            "From: 法務花子 <hanako@example.jp>\r\nSubject: Re: 届出様式 [#T-1]\r\nReferences: <r1@x> <r2@x>\r\n"
        ).encode(),
    )
)
ANSWER = Answer(
    reference="T-1",
    mailbox=Address(name="利用者窓口", address=OWN),
    to=(Address(name="法務 花子", address="hanako@example.jp"),),
    subject=ASKED.subject,
    text="お問合せの様式は①のとおりです。髙橋",
    date=datetime(2026, 4, 1, 1, 0, tzinfo=UTC),
    nonce="n0nce1234",
    answered=ASKED,
)


def composed(answer: Answer) -> bytes:
    return compose_answer(answer=answer, key=KEY)


def parsed(answer: Answer) -> EmailMessage:
    message = email.message_from_bytes(composed(answer), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def test_another_reader_understands_the_answer() -> None:
    message = parsed(ANSWER)
    assert message["Subject"] == "Re: [#T-1] 届出様式"
    assert message["From"].addresses[0].display_name == "利用者窓口"
    assert message["To"].addresses[0].addr_spec == "hanako@example.jp"
    assert message["In-Reply-To"] == "<a1@mail.example.jp>"
    assert message["References"].split() == ["<r1@x>", "<r2@x>", "<a1@mail.example.jp>"]
    assert message.get_content().startswith("お問合せの様式は①のとおりです。髙橋")


def test_an_answer_quotes_only_the_question() -> None:
    text = read_message(composed(ANSWER)).text
    assert "> 届出様式はどこですか。" in text
    assert "前のメール" not in text
    long = replace(ASKED, new_text="\n".join(f"line {n}" for n in range(100)))
    assert read_message(composed(replace(ANSWER, answered=long))).text.endswith("> line 7\n> […]")
    assert read_message(composed(ANSWER)).new_text.startswith("お問合せ")


def test_an_answer_written_by_nobody_says_so() -> None:
    automatic = parsed(replace(ANSWER, is_automatic=True))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert parsed(replace(ANSWER, is_automatic=True, answered=None))["Auto-Submitted"] == "auto-generated"
    assert parsed(ANSWER)["Auto-Submitted"] is None


def test_files_keep_their_japanese_names() -> None:
    file = OutgoingFile(file_name="予算表 髙.xlsx", content_type="application/octet-stream", content=b"\x00" * 5000)
    raw = composed(replace(ANSWER, files=(file,)))
    assert [(each.file_name, each.size) for each in read_message(raw).attachments] == [("予算表 髙.xlsx", 5000)]
    assert next(iter(parsed(replace(ANSWER, files=(file,))).iter_attachments())).get_filename() == "予算表 髙.xlsx"


def test_the_answer_comes_back_to_its_ticket() -> None:
    sent = read_message(composed(ANSWER))
    known = KnownThreads(reference_of=dict[str, str]().get, participants_of={"T-1": ["hanako@example.jp"]}.get)
    for headers, basis in (
        (f"In-Reply-To: <{sent.message_id}>", Basis.SIGNED_MESSAGE_ID),
        (f"To: {sent.reply_to[0].address}", Basis.SIGNED_ADDRESS),
        ("Subject: no tag", Basis.SIGNED_TEXT),
    ):
        quoted = "\n".join(f"> {line}" for line in sent.text.split("\n"))
        reply = read_message(mail(f"はい\n{quoted}".encode(), headers=f"{headers}\r\n".encode()))
        thread = find_thread(message=reply, known=known, keys=[KEY], own_addresses=[OWN])
        assert (thread.reference, thread.basis) == ("T-1", basis)


def test_our_own_answer_is_known_as_ours() -> None:
    found = classify(message=read_message(composed(ANSWER)), own_addresses=[OWN], keys=[KEY])
    assert found.has(Mark.OWN_MESSAGE)
    assert found.has(Mark.OWN_LOOP_MARK)


EVIL = ["a\r\nBcc: victim@example.com", "a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b"]


@pytest.mark.parametrize("evil", EVIL)
def test_a_line_break_in_any_header_value_is_refused(evil: str) -> None:
    address = Address(name=evil, address="a@example.jp")
    for answer in (
        replace(ANSWER, subject=evil),
        replace(ANSWER, mailbox=Address(name=evil, address=OWN)),
        replace(ANSWER, to=(address,)),
        replace(ANSWER, cc=(address,)),
        replace(ANSWER, cc=(Address(name="", address=f"{evil}@example.jp"),)),
        replace(ANSWER, cc=(Address(name="", address=f"a@{evil}"),)),
        replace(ANSWER, nonce=evil),
        replace(ANSWER, reference=evil),
        replace(ANSWER, files=(OutgoingFile(file_name=evil, content_type="a/b", content=b""),)),
        replace(ANSWER, files=(OutgoingFile(file_name="a", content_type=f"a/b{evil}", content=b""),)),
    ):
        with pytest.raises(MadoguchiError):
            composed(answer)


@pytest.mark.parametrize("address", ["", "a", "a@", "@b", "a b@c.jp", "a@b,c@d", "a@b>", "a@b c", "あ@example.jp"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AnswerRefusedError, match="address"):
        composed(replace(ANSWER, to=(Address(name="", address=address),)))


def test_an_answer_to_nobody_is_refused() -> None:
    with pytest.raises(AnswerRefusedError, match="no recipient"):
        composed(replace(ANSWER, to=()))


def test_other_unfit_values_are_refused() -> None:
    file = OutgoingFile(file_name="a", content_type="message/rfc822", content=b"")
    for answer, name in (
        (replace(ANSWER, date=ANSWER.date.replace(tzinfo=None)), "date"),
        (replace(ANSWER, files=(file,)), "content type"),
        (replace(ANSWER, to=(Address(name="", address="a@" + "あ" * 80 + ".jp"),)), "address"),
    ):
        with pytest.raises(AnswerRefusedError, match=name):
            composed(answer)


def test_a_long_english_subject_is_folded() -> None:
    subject = " ".join(["subject"] * 30)
    assert parsed(replace(ANSWER, subject=subject))["Subject"] == f"Re: [#T-1] {subject}"


def test_a_japanese_domain_is_written_in_ascii() -> None:
    raw = composed(replace(ANSWER, to=(Address(name="", address="a@日本語.jp"),)))
    assert b"To: a@xn--wgv71a119e.jp\r\n" in raw


def test_identifiers_of_a_stranger_cannot_break_the_headers() -> None:
    hostile = replace(ASKED, message_id="x>\r\nBcc: <v@e.com", references=("ok@x", "a\nb"))
    raw = composed(replace(ANSWER, answered=hostile))
    assert b"Bcc" not in raw.partition(b"\r\n\r\n")[0]
    assert b"In-Reply-To" not in raw


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=200))
def test_headers_are_short_ascii_lines_and_come_back(subject: str, name: str, text: str) -> None:
    answer = replace(ANSWER, subject=subject, to=(Address(name=name, address="a@example.jp"),), text=text)
    try:
        raw = composed(answer)
    except AnswerRefusedError:
        return
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 320 for line in head.split(b"\r\n"))
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert len(names) == len(set(names))
    assert read_message(raw).to[0].address == "a@example.jp"


def test_answers_to_every_sample_have_clean_headers() -> None:
    folder = shared_folder("data/mail/sample_ja")
    for case in cases(folder):
        asked = read_message((folder / case["file"]).read_bytes())
        head = composed(replace(ANSWER, answered=asked, subject=asked.subject)).partition(b"\r\n\r\n")[0]
        lines = head.replace(b"\r\n ", b" ").split(b"\r\n")
        assert all(b"\r" not in line and b"\n" not in line for line in lines)
        assert not any(line.lower().startswith(b"bcc") for line in lines)
