"""A real Postfix with folders and ports of its own: one domain goes into the desk's pipe, all others into Maildirs."""

import os
import pwd
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.running_desk import free_port

PROGRAM = shutil.which("postfix", path="/usr/sbin:/usr/bin")
ROOT = Path(__file__).parents[2]
START_SECONDS, END_SECONDS = 30, 30
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = inline:{{{{example.jp=x}}, {{example.go.jp=x}}}}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = inline:{{{{example.go.jp=desk:}}}}
desk_destination_recipient_limit = 1
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
desk unix - n n - 1 pipe
  flags=q null_sender= user={user} directory={folder}/boxes
  argv={python} -m madoguchi mail take --box alpha/desk --sender ${{sender}}
"""


def python_of(user: str) -> str | None:
    """Return a Python like this one that somebody else may run: this one can lie in a folder of root's."""
    account, minor = pwd.getpwnam(user), f"{sys.version_info.major}.{sys.version_info.minor}"
    asked = f"import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{minor}')"
    for each in (sys.executable, f"/usr/bin/python{minor}", f"/usr/local/bin/python{minor}"):
        try:
            done = subprocess.run(
                [each, "-c", asked], user=account.pw_uid, group=account.pw_gid, check=False, timeout=30
            )
        except OSError:
            continue
        if done.returncode == 0:
            return each
    return None


@dataclass(frozen=True, kw_only=True)
class Postfix:
    folder: Path
    port: int

    def send(self, raw: bytes, *, sender: str, recipient: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as session:
            session.sendmail(sender, [recipient], raw)

    def delivered(self) -> list[bytes]:
        """Return what lies in the Maildirs of the world outside the desk."""
        return [path.read_bytes() for path in sorted((self.folder / "boxes" / "all" / "new").glob("*"))]

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else "no log"


@contextmanager
def postfix_server(*, user: str, environment: dict[str, str]) -> Iterator[Postfix]:
    """Run Postfix; its pipe gives mail for example.go.jp to the desk, as `user` and with this environment."""
    assert PROGRAM is not None, "no Postfix here: ask PROGRAM first"
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-postfix-"))
    folder.chmod(0o755)
    server = Postfix(folder=folder, port=free_port())
    person, owner = pwd.getpwnam(user), pwd.getpwnam("postfix")
    for name, (uid, gid) in {
        "etc": (0, 0), "queue": (0, 0), "data": (owner.pw_uid, owner.pw_gid), "boxes": (person.pw_uid, person.pw_gid),
    }.items():  # fmt: skip
        (folder / name).mkdir()
        os.chown(folder / name, uid, gid)
    main = MAIN.format(folder=folder, uid=person.pw_uid, gid=person.pw_gid)
    exported = " ".join(f"{name}={value}" for name, value in environment.items())
    (folder / "etc" / "main.cf").write_text(f"{main}export_environment = {exported}\n")
    master = MASTER.format(folder=folder, port=server.port, user=user, python=python_of(user))
    (folder / "etc" / "master.cf").write_text(master)
    command = [PROGRAM, "-c", str(folder / "etc")]
    subprocess.run([*command, "start"], check=True, timeout=60)
    try:
        _wait_for(server)
        yield server
    finally:
        subprocess.run([*command, "stop"], check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: Postfix) -> None:
    ended = time.monotonic() + START_SECONDS
    while time.monotonic() < ended:
        try:
            with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as session:
                session.noop()
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.log())
