"""What programs can do, by subject."""

from ninja import Router

from madoguchi.api.views import absences, applications, articles, desk, files, macros, outages, registers, tickets

router = Router()
for part in (tickets, files, articles, macros, desk, applications, absences, registers, outages):
    router.add_router("", part.router)
