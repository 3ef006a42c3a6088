import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.post.mails import mail

from madoguchi.post.reading import read_message
from madoguchi.post.threads import KnownThreads, Thread, find_thread
from madoguchi.post.tokens import (
    TokenRefusedError,
    make_message_id,
    read_address,
    read_message_id,
    read_text,
    sign_address,
    sign_text,
)
from madoguchi.post.vocabulary import Basis

OWN = "helpdesk@example.go.jp"
KEY, OLD_KEY, FOREIGN_KEY = b"k" * 32, b"o" * 32, b"f" * 32
MESSAGES = {"m1@own": "2026-000123", "m2@own": "2026-000456"}
PARTICIPANTS = {"2026-000123": ["Taro@example.jp"], "2026-000456": ["hanako@example.jp"]}
KNOWN = KnownThreads(reference_of=MESSAGES.get, participants_of=PARTICIPANTS.get)


def thread(headers: str, body: str = "text") -> Thread:
    message = read_message(mail(body.encode(), headers=headers.encode() + b"\r\n"))
    return find_thread(message=message, known=KNOWN, keys=[KEY, OLD_KEY], own_addresses=[OWN])


def found(headers: str, body: str = "text") -> tuple[str | None, Basis | None]:
    result = thread(headers, body)
    return result.reference, result.basis


def test_references_to_known_messages_lead() -> None:
    assert found("In-Reply-To: <m1@own>") == ("2026-000123", Basis.REFERENCES)
    assert found("References: <m2@own> <m1@own> <unknown@x>") == ("2026-000123", Basis.REFERENCES)
    token = sign_address(mailbox=OWN, reference="2026-000456", key=KEY)
    assert found(f"In-Reply-To: <m1@own>\r\nTo: {token}") == ("2026-000123", Basis.REFERENCES)


def test_a_newcomer_is_attached_and_told_apart() -> None:
    assert thread("In-Reply-To: <m1@own>").is_from_participant
    newcomer = thread("From: jiro@example.jp\r\nIn-Reply-To: <m1@own>")
    assert newcomer.reference == "2026-000123"
    assert not newcomer.is_from_participant


def test_a_message_of_ours_is_known_by_its_signature() -> None:
    identifier = make_message_id(reference="2026-000123", nonce="abc123456", domain="example.go.jp", key=OLD_KEY)
    assert found(f"References: <{identifier}>") == ("2026-000123", Basis.SIGNED_MESSAGE_ID)


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_a_signed_address_leads_in_any_case_of_letters(header: str, change: type[str]) -> None:
    address = sign_address(mailbox=OWN, reference="2026-000123", key=KEY)
    assert found(f"{header}: {change(address)}") == ("2026-000123", Basis.SIGNED_ADDRESS)


def test_a_signed_token_in_a_quoted_text_leads() -> None:
    token = sign_text(reference="2026-000123", key=KEY)
    assert found("X: y", f"ok\n> your answer\n> {token}") == ("2026-000123", Basis.SIGNED_TEXT)


def test_a_signature_of_somebody_else_leads_nowhere_and_is_said() -> None:
    address = sign_address(mailbox=OWN, reference="2026-000123", key=FOREIGN_KEY)
    result = thread(f"To: {address}", sign_text(reference="2026-000123", key=FOREIGN_KEY))
    assert result.reference is None
    assert result.refused == (f"address {address}: wrong signature",)


def test_a_token_for_one_purpose_or_mailbox_is_none_for_another() -> None:
    address = sign_address(mailbox="other@example.go.jp", reference="2026-000123", key=KEY)
    assert found(f"To: {address}") == (None, None)
    signature = sign_text(reference="2026-000123", key=KEY)[-17:-1]
    assert found(f"To: helpdesk+2026-000123-{signature}@example.go.jp") == (None, None)


def test_a_subject_tag_attaches_only_who_takes_part() -> None:
    assert found("Subject: Re: [#2026-000123] x") == ("2026-000123", Basis.SUBJECT_TAG)
    stranger = thread("From: eve@example.com\r\nSubject: Re: [#2026-000123] x")
    assert stranger.reference is None
    assert stranger.refused == ("subject tag 2026-000123: eve@example.com takes no part in that ticket",)
    assert found("From: taro@example.jp, eve@example.com\r\nSubject: [#2026-000123]") == (None, None)


def test_a_signature_for_a_ticket_nobody_knows_leads_nowhere() -> None:
    assert found(f"To: {sign_address(mailbox=OWN, reference='2026-999999', key=KEY)}") == (None, None)


def test_a_new_message_belongs_to_nothing() -> None:
    assert thread("Subject: new") == Thread(reference=None, basis=None, is_from_participant=False, refused=())


@pytest.mark.parametrize("reference", ["", "a b", "受付1", "a\r\nb", "-a", "a" * 80, "a@b"])
def test_a_reference_unfit_for_an_address_is_refused(reference: str) -> None:
    with pytest.raises(TokenRefusedError, match="reference"):
        sign_address(mailbox=OWN, reference=reference, key=KEY)


def test_a_weak_key_and_a_long_mailbox_are_refused() -> None:
    with pytest.raises(TokenRefusedError, match="at least 16"):
        sign_text(reference="T-1", key=b"short")
    with pytest.raises(TokenRefusedError, match="64 characters"):
        sign_address(mailbox="d" * 60 + "@x.jp", reference="T-1", key=KEY)
    with pytest.raises(TokenRefusedError, match="nonce"):
        make_message_id(reference="T-1", nonce="a b", domain="x.jp", key=KEY)


@given(st.from_regex(r"[A-Za-z0-9]{1,8}-[0-9]{1,8}", fullmatch=True), st.integers(0, 200), st.characters(codec="ascii"))
def test_one_changed_character_undoes_a_signature(reference: str, place: int, other: str) -> None:
    address = sign_address(mailbox=OWN, reference=reference, key=KEY)
    assert read_address(address=address, mailboxes=[OWN], keys=[KEY]) == reference.upper()
    changed = address[:place] + other + address[place + 1 :]
    if changed.casefold() != address:
        assert read_address(address=changed, mailboxes=[OWN], keys=[KEY]) is None


@given(st.text(max_size=80))
def test_no_text_passes_for_a_token(text: str) -> None:
    assert read_text(text=text, keys=[KEY]) == ()
    assert read_message_id(message_id=text, keys=[KEY]) is None
