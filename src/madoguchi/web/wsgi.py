"""The WSGI application."""

import os
from collections.abc import Iterable
from email.message import Message
from typing import Any

from django.core.wsgi import get_wsgi_application

UTF_8 = frozenset(("", "utf-8", "utf8"))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.web.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401  # WSGI's signature
    """Answer a request, 400 for one that names another charset than UTF-8.

    Django decodes with whatever codec is named, some of it before any middleware is asked: codecs that are none for
    text end in an error, others give halves of characters that no table takes.
    """
    kind = Message()
    kind["Content-Type"] = str(environ.get("CONTENT_TYPE", ""))
    charset = str(kind.get_param("charset") or "")
    if charset.strip().lower().replace("_", "-") in UTF_8:
        return _django(environ, start_response)
    start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
    return ["本文の文字コードはUTF-8だけです。 The body must be UTF-8.\n".encode()]
