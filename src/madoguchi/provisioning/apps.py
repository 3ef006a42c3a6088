from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "madoguchi.provisioning"
    label = "provisioning"

    def ready(self) -> None:
        from madoguchi.provisioning.queries import has_systems  # noqa: PLC0415  # models are there only now
        from madoguchi.works.passing_on import answered_by  # noqa: PLC0415

        answered_by(has_systems)
