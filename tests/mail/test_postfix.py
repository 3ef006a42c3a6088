"""Mail through a real Postfix: in by its pipe, out by its SMTP."""

import os
import pwd
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from tempfile import TemporaryDirectory

import pytest
from tests.mail import postfix
from tests.mail.boxes import ADDRESS, letter
from tests.mail.postfix import ROOT, postfix_server, python_of

IS_CI = "MADOGUCHI_CI" in os.environ
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0 and not IS_CI, reason="Postfix changes its user: only root can start it"),
    pytest.mark.skipif(postfix.PROGRAM is None and not IS_CI, reason="Postfix is not installed (Debian: postfix)"),
]
USER = "nobody"
SOON = 90.0
PREPARE = """
from madoguchi.cli.serve import prepare
prepare()
from tests.desk_world import make_world
from tests.mail.boxes import make_box
make_box(make_world("alpha"))
"""
KEPT = """
from madoguchi.mail.models import KeptMail
for each in KeptMail.objects.order_by("pk"):
    print(each.state, each.ticket.number if each.ticket else "-", each.subject)
"""
ANSWER = """
from django.utils import timezone
from madoguchi.contracts.access import access_to
from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import Act, Visibility
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.mail.sending import send_all
from tests.desk_world import NOW
person = Role.objects.get(contract__key="alpha", kind="operator").person
access = access_to(person=person, contract_key="alpha", day=timezone.localdate(NOW))
step = Step(act=Act.ANSWER, text="設定を直しました。", fields={}, visibility=Visibility.PUBLIC)
act_on(access=access, ticket_id=Ticket.objects.get().pk, version=None, steps=[step], now=timezone.now())
print(send_all())
"""
BOUNCE = "From: MAILER-DAEMON@mx.example.jp\nTo: desk@example.go.jp\nSubject: Undelivered\n\nno such user\n"


@contextmanager
def desk() -> Iterator[dict[str, str]]:
    """Make a desk in a folder of its own, which belongs to the pipe's user; return its environment."""
    with TemporaryDirectory(prefix="madoguchi-desk-") as folder:
        account = pwd.getpwnam(USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
        paths = ":".join(str(each) for each in (ROOT / "src", ROOT, sysconfig.get_path("purelib")))
        environment = {"MADOGUCHI_DATA": folder, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        run(PREPARE, environment)
        yield environment


def run(script: str, environment: dict[str, str]) -> str:
    account = pwd.getpwnam(USER)
    head = "import django, os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'madoguchi.web.settings'\n"
    start = "" if script is PREPARE else "django.setup()\n"
    done = subprocess.run(
        [str(python_of(USER)), "-c", head + start + script], env={**environment, "PATH": os.environ["PATH"]}, cwd=ROOT,
        user=account.pw_uid, group=account.pw_gid, extra_groups=[], capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(os.geteuid() == 0 and python_of(USER) is None, reason="no Python that the pipe's user may run")
def test_a_mail_becomes_a_ticket_by_the_pipe_and_its_answer_goes_out_by_smtp() -> None:
    with desk() as environment, postfix_server(user=USER, environment=environment) as server:
        server.send(letter(), sender="user-alpha@example.jp", recipient=ADDRESS)
        assert waited(lambda: run(KEPT, environment), "taken 1 プリンターの件"), server.log()
        by_smtp = {"MADOGUCHI_MAIL_URL": f"smtp://127.0.0.1:{server.port}", "MADOGUCHI_MAIL_FROM": ADDRESS}
        assert run(ANSWER, environment | by_smtp) == "1"
        assert waited(lambda: str(len(server.delivered())), "1"), server.log()
        answer = message_from_bytes(server.delivered()[0], policy=policy.default)
        assert (answer["To"], answer["In-Reply-To"]) == ("user-alpha@example.jp", "<letter1@mail.example.jp>")
        assert "設定を直しました。" in answer.get_content()
        # the null sender of a returned mail reaches the desk as such
        server.send(BOUNCE.encode(), sender="", recipient=ADDRESS)
        assert waited(lambda: run(KEPT, environment).partition("\n")[2][:9], "machine -"), server.log()


def waited(look: Callable[[], str], wanted: str) -> bool:
    ended = time.monotonic() + SOON
    while (found := look()) != wanted and time.monotonic() < ended:
        time.sleep(0.5)
    return found == wanted
