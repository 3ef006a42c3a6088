"""The passwords of boxes: one file each, readable by the service's account alone.

A file's name follows from contract and box: nobody can make a box of theirs use the password of another's.
"""

import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.mail.errors import SecretError
from madoguchi.mail.models import Mailbox

OTHERS = 0o077


def secret_path(box: Mailbox) -> Path:
    return Path(settings.MAIL_SECRETS_FOLDER) / box.contract.key / box.name


def secret_of(box: Mailbox) -> str:
    """Return a box's password. Raises SecretError where its file is missing, empty or open to others."""
    path = secret_path(box)
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                text = _("%(path)s をほかのアカウントも読めます。持ち主だけが読めるようにしてください（chmod 600）。")
                raise SecretError(text % {"path": path})
            secret = file.read().decode("utf-8", "strict").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        text = _("パスワードのファイル %(path)s を読めません（%(what)s）。パスワードだけを書いて置いてください。")
        raise SecretError(text % {"path": path, "what": type(error).__name__}) from None
    if not secret:
        raise SecretError(_("パスワードのファイル %(path)s が空です。パスワードを書いてください。") % {"path": path})
    return secret
