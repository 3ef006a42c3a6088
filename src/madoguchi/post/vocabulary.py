"""The stored words of this room: what was wrong with a message, and what kind of message it is."""

from enum import StrEnum


class Trouble(StrEnum):
    """What was odd, cut or hostile in a message. The raw bytes always keep the whole."""

    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    TOO_MANY_HEADERS = "too_many_headers"
    TOO_MANY_ADDRESSES = "too_many_addresses"
    TOO_MUCH_CONTENT = "too_much_content"
    HEADER_CUT = "header_cut"
    HEADER_INJECTION = "header_injection"
    HEADERS_UNENDED = "headers_unended"
    BOUNDARY_MISSING = "boundary_missing"
    TEXT_CUT = "text_cut"
    HTML_CUT = "html_cut"
    CHARSET_CORRECTED = "charset_corrected"
    CHARACTERS_LOST = "characters_lost"
    DATE_UNREADABLE = "date_unreadable"
    AUTHOR_MISSING = "author_missing"
    FILE_NAME_CHANGED = "file_name_changed"
    TNEF_UNREADABLE = "tnef_unreadable"
    READING_FAILED = "reading_failed"

    @property
    def needs_quarantine(self) -> bool:
        """Whether an administrator must look before anybody acts on the message."""
        return self in QUARANTINED


QUARANTINED = frozenset(
    {
        Trouble.TOO_LARGE,
        Trouble.TOO_MANY_PARTS,
        Trouble.TOO_DEEP,
        Trouble.TOO_MANY_HEADERS,
        Trouble.TOO_MANY_ADDRESSES,
        Trouble.TOO_MUCH_CONTENT,
        Trouble.READING_FAILED,
    }
)


class Mark(StrEnum):
    """What a machine, not a person, gave a message away by."""

    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BULK = "bulk"
    NULL_SENDER = "null_sender"
    BOUNCE = "bounce"
    DELIVERY_NOTICE = "delivery_notice"
    READING_NOTICE = "reading_notice"
    OWN_ADDRESS = "own_address"
    OWN_MESSAGE = "own_message"
    OWN_LOOP_MARK = "own_loop_mark"
    TOO_MANY_HOPS = "too_many_hops"
    SPAM = "spam"


class Basis(StrEnum):
    """What a message was attached to its thread by."""

    REFERENCES = "references"
    SIGNED_MESSAGE_ID = "signed_message_id"
    SIGNED_ADDRESS = "signed_address"
    SIGNED_TEXT = "signed_text"
    SUBJECT_TAG = "subject_tag"
