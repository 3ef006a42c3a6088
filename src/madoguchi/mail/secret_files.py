"""The passwords of boxes: one file each, readable by the service's account alone.

A file's name follows from contract and box: nobody can make a box of theirs use the password of another's.
"""

import os
from pathlib import Path

from django.conf import settings

from madoguchi.mail.errors import SecretError
from madoguchi.mail.models import Mailbox
from madoguchi.people.sayings import say

OTHERS = 0o077


def secret_path(box: Mailbox) -> Path:
    return Path(settings.MAIL_SECRETS_FOLDER) / box.contract.key / box.name


def secret_of(box: Mailbox) -> str:
    """Return a box's password. Raises SecretError where its file is missing, empty or open to others."""
    path = secret_path(box)
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise SecretError(
                    say(
                        "%(path)s をほかのアカウントも読めます。持ち主だけが読めるようにしてください（chmod 600）。",
                        path=str(path),
                    )
                )
            secret = file.read().decode("utf-8", "strict").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        said = say(
            "パスワードのファイル %(path)s を読めません（%(what)s）。パスワードだけを書いて置いてください。",
            path=str(path), what=type(error).__name__,
        )  # fmt: skip
        raise SecretError(said) from None
    if not secret:
        raise SecretError(say("パスワードのファイル %(path)s が空です。パスワードを書いてください。", path=str(path)))
    return secret
