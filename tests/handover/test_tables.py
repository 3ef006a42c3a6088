"""Every table of the program goes with a contract or is named with the reason why not."""

from django.apps import apps

from madoguchi.handover.tables import LEFT_OUT, SHARED_TABLES, TABLES


def test_every_model_is_in_the_archive_or_named_as_left_out() -> None:
    models = {each._meta.label for each in apps.get_models(include_auto_created=True)}
    entered = [*(each.label for each in TABLES), *SHARED_TABLES, *LEFT_OUT]
    assert len(entered) == len(set(entered))
    assert models == set(entered)


def test_what_is_left_out_says_why() -> None:
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())


def test_fields_named_as_personal_are_fields() -> None:
    for each in TABLES:
        assert set(each.personal) <= {field.attname for field in each.fields}, each.label
        assert set(each.omitted) <= {field.attname for field in each.model._meta.concrete_fields}
