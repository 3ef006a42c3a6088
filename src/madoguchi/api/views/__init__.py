"""What programs can do, by subject."""

from ninja import Router

from madoguchi.api.views import articles, desk, files, macros, tickets

router = Router()
for part in (tickets, files, articles, macros, desk):
    router.add_router("", part.router)
