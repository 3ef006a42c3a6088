"""A real Dovecot in a folder of its own on loopback ports, with Maildirs that tests fill like a mail server."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.running_desk import free_port

PROGRAM = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")
PASSWORD = "himitsu-no-hako"
START_SECONDS = 20
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
default_internal_user = {service}
default_internal_group = {group}
default_login_user = {login}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/people/%u
}}
"""


@dataclass(kw_only=True)
class Dovecot:
    folder: Path
    imap: int
    pop3: int
    uid: int
    gid: int
    delivered: int = 0

    def maildir(self, account: str) -> Path:
        return self.folder / "mail" / account

    def deliver(self, account: str, raws: Iterable[bytes]) -> None:
        """Put messages into a box as a delivery agent does: written aside, then moved in."""
        maildir = self.maildir(account)
        for name in ("tmp", "new", "cur"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
            os.chown(maildir / name, self.uid, self.gid)
        os.chown(maildir, self.uid, self.gid)
        for raw in raws:
            self.delivered += 1
            path = maildir / "tmp" / f"{1_700_000_000 + self.delivered}.M{self.delivered}P1.test"
            path.write_bytes(raw)
            os.chown(path, self.uid, self.gid)
            path.rename(maildir / "new" / path.name)

    def messages(self, account: str) -> list[Path]:
        maildir = self.maildir(account)
        return sorted(path for name in ("new", "cur") for path in (maildir / name).glob("*"))

    def forget_uids(self, account: str) -> None:
        """Lose what gives messages their UIDs, as a box restored from a backup does: UIDVALIDITY becomes another."""
        for path in self.maildir(account).glob("dovecot*"):
            path.unlink()
        maildir = self.maildir(account)
        given = f"3 V{int(time.time()) + 1_000} N1 G{os.urandom(16).hex()}\n"
        (maildir / "dovecot-uidlist").write_text(given)
        os.chown(maildir / "dovecot-uidlist", self.uid, self.gid)


@contextmanager
def dovecot_server() -> Iterator[Dovecot]:
    assert PROGRAM is not None, "no Dovecot here: ask PROGRAM first"
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-dovecot-"))
    is_root = os.geteuid() == 0
    own = pwd.getpwuid(os.geteuid())
    account = pwd.getpwnam("nobody") if is_root else own
    server = Dovecot(folder=folder, imap=free_port(), pop3=free_port(), uid=account.pw_uid, gid=account.pw_gid)
    names = ("dovecot", "dovecot", "dovenull") if is_root else (own.pw_name, str(own.pw_gid), own.pw_name)
    folder.chmod(0o755)
    for name in ("mail", "people"):
        (folder / name).mkdir()
        os.chown(folder / name, server.uid, server.gid)
    text = CONFIGURATION.format(
        folder=folder, service=names[0], group=names[1], login=names[2], imap=server.imap, pop3=server.pop3,
        password=PASSWORD, uid=server.uid, gid=server.gid,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text)
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen([PROGRAM, "-F", "-c", str(folder / "dovecot.conf")], stderr=errors)
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    ended = time.monotonic() + START_SECONDS
    while time.monotonic() < ended:
        assert process.poll() is None, (server.folder / "errors").read_text()
        try:
            with socket.create_connection(("127.0.0.1", server.imap), timeout=1) as connection:
                assert connection.recv(4) == b"* OK"
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError((server.folder / "log").read_text())
