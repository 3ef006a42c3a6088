"""The stored words of this room: what was wrong with a message, and what kind of message it is."""

from enum import StrEnum

from madoguchi.core.vocabulary import LabelledEnum


class Trouble(LabelledEnum):
    """What was odd, cut or hostile in a message. The raw bytes always keep the whole."""

    TOO_LARGE = "too_large", "メールが大きすぎて先頭だけを読み取った", "larger than is read"
    TOO_MANY_PARTS = "too_many_parts", "部分が多すぎる", "too many parts"
    TOO_DEEP = "too_deep", "入れ子が深すぎる", "nested too deeply"
    TOO_MANY_HEADERS = "too_many_headers", "ヘッダーが多すぎる", "too many header fields"
    TOO_MANY_ADDRESSES = "too_many_addresses", "宛先が多すぎる", "too many addresses"
    TOO_MUCH_CONTENT = "too_much_content", "内容の合計が大きすぎる", "too much content"
    HEADER_CUT = "header_cut", "長すぎるヘッダーの後ろを読み取っていない", "a header field was cut"
    HEADER_INJECTION = (
        "header_injection",
        "件名に改行と別のヘッダーが隠されている",
        "another header hidden in the subject",
    )
    HEADERS_UNENDED = "headers_unended", "ヘッダーの終わりがない", "the headers have no end"
    BOUNDARY_MISSING = "boundary_missing", "部分の区切りが見つからない", "no boundary between parts"
    TEXT_CUT = "text_cut", "長すぎる本文の後ろを読み取っていない", "the text was cut"
    HTML_CUT = "html_cut", "長すぎるHTMLの後ろを読み取っていない", "the HTML was cut"
    CHARSET_CORRECTED = "charset_corrected", "文字コードの表示が内容と違うため正した", "wrong charset label corrected"
    CHARACTERS_LOST = "characters_lost", "読み取れない文字がある", "unreadable characters"
    DATE_UNREADABLE = "date_unreadable", "送信日時がないか読み取れない", "no readable date"
    AUTHOR_MISSING = "author_missing", "差出人のアドレスがない", "no author"
    ADDRESS_NARROWED = (
        "address_narrowed",
        "差出人か返信先のアドレスの全角文字を半角として読んだ",
        "full-width letters of an address were read as plain ones",
    )
    FILE_NAME_CHANGED = "file_name_changed", "ファイル名を安全な名前に変えた", "file name made safe"
    TNEF_UNREADABLE = "tnef_unreadable", "winmail.datの中身を読み取れない", "winmail.dat unreadable"
    READING_FAILED = "reading_failed", "メールを読み取れなかった", "reading failed"

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


class Mark(LabelledEnum):
    """What a machine, not a person, gave a message away by."""

    AUTO_REPLY = "auto_reply", "自動返信", "automatic reply"
    AUTO_GENERATED = "auto_generated", "自動送信", "sent automatically"
    BULK = "bulk", "一斉配信", "bulk mail"
    NULL_SENDER = "null_sender", "差出人が空（返信不可）", "null sender"
    BOUNCE = "bounce", "不達通知", "not delivered"
    DELIVERY_NOTICE = "delivery_notice", "配送の通知", "delivery notice"
    READING_NOTICE = "reading_notice", "開封通知", "read receipt"
    CALENDAR_ANSWER = "calendar_answer", "予定への返答", "answer to an invitation"
    ABUSE_REPORT = "abuse_report", "迷惑メールの通報", "abuse report"
    OWN_ADDRESS = "own_address", "窓口自身のアドレスから", "from an address of ours"
    OWN_MESSAGE = "own_message", "窓口自身のメール", "a message of ours"
    OWN_LOOP_MARK = "own_loop_mark", "窓口のループ防止の印", "our loop mark"
    TOO_MANY_HOPS = "too_many_hops", "中継が多すぎる", "too many hops"
    SPAM = "spam", "迷惑メール", "spam"


class Basis(StrEnum):
    """What a message was attached to its thread by."""

    REFERENCES = "references"
    SIGNED_MESSAGE_ID = "signed_message_id"
    SIGNED_ADDRESS = "signed_address"
    SIGNED_TEXT = "signed_text"
    SUBJECT_TAG = "subject_tag"
