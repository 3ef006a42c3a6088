"""One reader for each box on a machine. Two would do no harm, for keys are unique, but each would fetch everything."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from madoguchi.mail.models import Mailbox


@contextmanager
def box_lock(box: Mailbox) -> Iterator[bool]:
    """Say whether the box is ours to read. The lock goes with its process, however that ends."""
    folder = Path(settings.MAIL_LOCKS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / str(box.pk), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)
