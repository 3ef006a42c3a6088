"""The words of accounts passed on to other systems."""

from madoguchi.core.vocabulary import LabelledEnum


class SystemKind(LabelledEnum):
    """How a system takes accounts."""

    SCIM = "scim", "SCIM 2.0", "SCIM 2.0"
    CSV = "csv", "CSV", "CSV"


class UpdateWay(LabelledEnum):
    """How a system takes changes of an account it knows."""

    PATCH = "patch", "PATCH（変わる項目）", "PATCH (the attributes)"
    PUT = "put", "PUT（全体の置換え）", "PUT (the whole account)"


class CsvEncoding(LabelledEnum):
    UTF_8 = "utf-8-sig", "UTF-8（BOM付き）", "UTF-8 with a mark"
    CP932 = "cp932", "シフトJIS（cp932）", "Shift JIS (cp932)"


class AccountField(LabelledEnum):
    """What is known of an account."""

    USER_NAME = "user_name", "アカウント名", "account name"
    NUMBER = "number", "管理番号", "number in the register"
    IS_ACTIVE = "is_active", "有効（1・0）", "active (1, 0)"
    NAME = "name", "氏名", "name"
    READING = "reading", "よみ", "reading"
    MAIL = "mail", "メールアドレス", "mail address"
    PHONE = "phone", "電話番号", "telephone"
    DIVISION = "division", "所属", "division"
    VALID_UNTIL = "valid_until", "有効期限", "valid until"
