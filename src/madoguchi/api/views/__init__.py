"""What programs can do, by subject."""

from ninja import Router

from madoguchi.api.views import applications, articles, desk, files, macros, outages, registers, tickets

router = Router()
for part in (tickets, files, articles, macros, desk, applications, registers, outages):
    router.add_router("", part.router)
