"""Passwords of the tests' boxes."""

from pathlib import Path

from tests.mail.dovecot import PASSWORD

from madoguchi.mail.models import Mailbox
from madoguchi.mail.secret_files import secret_path


def give_secret(box: Mailbox) -> Path:
    path = secret_path(box)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)
    return path
