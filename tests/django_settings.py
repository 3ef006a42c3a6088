"""The desk's settings as the tests use them: a data folder of their own, quick passwords, either database."""

import os
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="madoguchi-tests-")
os.environ.setdefault("MADOGUCHI_DATA", _FOLDER)
# once a browser is driven, its library's loop runs in the tests' thread for good; nothing here is asynchronous
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from madoguchi.web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
        "QUEUES": ["default", "notices", "plans"],
    }
}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
MIDDLEWARE = [each for each in MIDDLEWARE if "whitenoise" not in each]  # noqa: F405
