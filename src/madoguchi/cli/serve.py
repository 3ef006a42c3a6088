"""`madoguchi serve`: web, worker, planner, scheduler and mail in one command."""

import argparse
import gc
import importlib.util
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from madoguchi.core.errors import MadoguchiError

RESTART_SECONDS = 2.0
SCHEDULE_SECONDS = 30.0
POLL_SECONDS = 1.0
STOP_SECONDS = 15.0
ENDED, GROWN = 0, 75  # what a part says when it ends: it was told to stop, or asks to be started anew
GROWN_MIB = 16.0
LONG_QUEUES = ["plans"]  # their tasks take minutes, so that they have a worker of their own and notices need not wait
BACKGROUND = ("worker", "planner")


class DatabaseUnreachableError(MadoguchiError):
    """The database does not answer; check MADOGUCHI_DATABASE and that its server runs."""


def set_up() -> None:
    """Set Django up and leave the tables as they are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.web.settings")
    import django  # noqa: PLC0415  # settings are read only by who serves

    django.setup()


def prepare() -> None:
    """Set Django up and bring the tables up to date, which costs half a second even where they are."""
    set_up()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.utils import OperationalError  # noqa: PLC0415

    try:
        if not is_migrated():
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except OperationalError as error:
        raise DatabaseUnreachableError(f"{DatabaseUnreachableError.__doc__} ({error})") from error


def is_migrated() -> bool:
    """Tell whether every migration there is a file of was applied, without loading any."""
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415

    applied = MigrationRecorder(connection).applied_migrations()
    for app in apps.get_app_configs():
        module, _is_named = MigrationLoader.migrations_module(app.label)
        found = importlib.util.find_spec(module) if module else None
        folders = found.submodule_search_locations if found else None
        names = {each.name for each in pkgutil.iter_modules(folders or []) if each.name[0] not in "_~"}
        if any((app.label, name) not in applied for name in names):
            return False
    return True


def run(given: argparse.Namespace) -> int:
    gc.disable()  # nothing is thrown away while modules load; looking for it takes a tenth of the start
    prepare()
    return serve(host=given.host, port=given.port, workers=given.workers, only=given.only)


def serve(*, host: str, port: int, workers: int, only: str | None) -> int:
    """Run the parts as children until told to stop; a part that ends by itself is started again."""
    from django.db import connections  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415

    from madoguchi.calls.ami.work import NoTelephoneError, telephones  # noqa: PLC0415
    from madoguchi.calls.ami.work import work as work_on_calls  # noqa: PLC0415
    from madoguchi.mail.work import work as work_on_mail  # noqa: PLC0415
    from madoguchi.web.wsgi import application  # noqa: PLC0415  # loaded once, shared by the children

    if only in (None, "web"):
        _ = get_resolver().url_patterns  # the pages are loaded once, too
    listened = telephones()
    _warm()
    connections.close_all()
    gc.freeze()
    gc.enable()
    parts: dict[str, Callable[[], int | None]] = {
        "web": lambda: serve_web(application, host=host, port=port, workers=workers),
        "worker": work,
        "planner": plan,
        "mail": work_on_mail,
    }
    if listened:
        parts["calls"] = work_on_calls
    elif only == "calls":
        raise NoTelephoneError(str(NoTelephoneError.__doc__))
    asked = BACKGROUND if only == "worker" else (only,)
    wanted = {name: part for name, part in parts.items() if only is None or name in asked}
    return _supervise(wanted, anew={"worker": work_on})


def _warm() -> None:
    """Ask once what all parts ask again and again: what Django keeps of it is shared, not made in each of them."""
    import django_tasks_db.management.commands.db_worker  # noqa: F401, PLC0415  # loaded once for worker and planner
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    DBTaskResult.objects.ready().first()


def _supervise(parts: Mapping[str, Callable[[], int | None]], *, anew: Mapping[str, Callable[[], int | None]]) -> int:
    """Keep the parts running; one that asks for it is started anew at once, as `anew` says where it differs."""
    running = {_start(part): name for name, part in parts.items()}
    stopping = threading.Event()

    def stop(_number: int, _frame: Any) -> None:  # noqa: ANN401  # a frame
        stopping.set()
        for pid in running:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while running:
        pid, status = os.wait()
        name = running.pop(pid, None)
        if name is None or stopping.is_set():
            continue
        part = parts[name]
        if os.waitstatus_to_exitcode(status) == GROWN:
            part = anew.get(name, part)
        else:
            sys.stderr.write(f"madoguchi: the {name} process ended; it is started again\n")
            stopping.wait(RESTART_SECONDS)
        running[_start(part)] = name
        if stopping.is_set():  # told to stop while it was started
            stop(signal.SIGTERM, None)
    return 0


def _start(part: Callable[[], int | None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = ENDED
    try:
        code = part() or ENDED
    finally:
        os._exit(code)


def serve_web(application: Any, *, host: str, port: int, workers: int) -> None:  # noqa: ANN401  # a WSGI callable
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415

    class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": 4,
                "worker_class": "gthread",
                "timeout": 60,
                "graceful_timeout": int(STOP_SECONDS),
                "keepalive": 30,
                "max_requests": 200_000,
                "proc_name": "madoguchi",
                "control_socket_disable": True,  # a file in the home folder that nothing here speaks to
                "limit_request_line": 4094,
                "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112, S108
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:  # noqa: ANN401
            return application

    sys.argv = ["madoguchi"]
    Server().run()


def work() -> int:
    """Do short background tasks and, every half minute, ask for those that are due by the clock."""
    return _work(after=0.0)


def work_on() -> int:
    """Work as a part that was started anew: what is due by the clock was asked for a moment ago."""
    return _work(after=SCHEDULE_SECONDS)


def _work(*, after: float) -> int:
    threading.Thread(target=schedule, kwargs={"after": after}, daemon=True).start()
    return _do_tasks(queues=["*"], but=LONG_QUEUES)


def plan() -> int:
    """Do background tasks that take long."""
    return _do_tasks(queues=LONG_QUEUES, but=[])


def _do_tasks(*, queues: list[str], but: list[str]) -> int:
    """Do what there is to do until told to stop, or until idle with much memory: Python keeps what it once loaded.

    A contract's figures, a plan and the search load libraries of 50 to 200 MiB that an idle desk needs nothing of.
    """
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415

    worker = Worker(
        queue_names=queues, interval=POLL_SECONDS, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id=f"worker-{os.getpid()}", excluded_queue_names=but,
    )  # fmt: skip
    worker.configure_signals()
    lean = own_memory()
    while True:
        worker.run()
        if not worker.running:
            return ENDED
        if own_memory() - lean > GROWN_MIB:
            return GROWN
        time.sleep(POLL_SECONDS)


def own_memory() -> float:
    """Return the MiB of memory that is no file's, 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123  # no path
            return next((int(line.split()[1]) / 1024 for line in status if line.startswith("RssAnon:")), 0.0)
    except OSError:
        return 0.0


def schedule(*, after: float) -> None:
    from django.db import close_old_connections  # noqa: PLC0415

    from madoguchi.assets.tasks import remind_overdue  # noqa: PLC0415
    from madoguchi.desk.tasks import file_for_search, send_warnings  # noqa: PLC0415
    from madoguchi.documents.tasks import send_call_reports, send_documents  # noqa: PLC0415
    from madoguchi.handover.tasks import clear_erased  # noqa: PLC0415
    from madoguchi.monitoring.tasks import forget_old_bytes  # noqa: PLC0415
    from madoguchi.provisioning.tasks import push_accounts  # noqa: PLC0415
    from madoguchi.quality.tasks import alert_budgets, watch_arrivals  # noqa: PLC0415
    from madoguchi.surveys.tasks import mail_surveys  # noqa: PLC0415
    from madoguchi.webhooks.tasks import tell_receivers  # noqa: PLC0415
    from madoguchi.works.tasks import mail_asks, mail_decisions  # noqa: PLC0415

    time.sleep(after)
    while True:
        send_warnings.enqueue()
        send_documents.enqueue()
        send_call_reports.enqueue()
        tell_receivers.enqueue()
        push_accounts.enqueue()
        mail_surveys.enqueue()
        alert_budgets.enqueue()
        watch_arrivals.enqueue()
        mail_asks.enqueue()
        mail_decisions.enqueue()
        remind_overdue.enqueue()
        forget_old_bytes.enqueue()
        file_for_search.enqueue()
        clear_erased.enqueue()
        close_old_connections()
        time.sleep(SCHEDULE_SECONDS)
