"""A requester's latest tickets are found without reading all the others."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_removed_links"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["contract", "requester", "-number"], name="ticket_by_requester"),
        ),
    ]
