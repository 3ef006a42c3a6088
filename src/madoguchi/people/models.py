from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac


class Organisation(models.Model):
    """A ministry, a supplier, a vendor: what a person belongs to."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Division(models.Model):
    """A part of an organisation that keeps its identity over reorganisations; its name and place are dated."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="divisions")
    key = models.SlugField(max_length=40)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_divisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("organisation", "key"), name="division_key_once")]

    def __str__(self) -> str:
        return self.key


class DivisionPlace(models.Model):
    """What a division is called and where it hangs, from a day until the day before another."""

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="children_places")
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        ordering = ("start_date",)
        constraints = [
            models.UniqueConstraint(fields=("division", "start_date"), name="division_place_start_once"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=models.F("start_date")), name="division_place_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(sign_in_name=username)

    def create_user(self, sign_in_name: str, password: str | None = None, **fields: Any) -> "Person":  # noqa: ANN401  # Django's signature
        person = self.model(sign_in_name=sign_in_name, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who asks, works or watches. A person without a sign-in name cannot sign in."""

    sign_in_name = models.CharField(max_length=150, unique=True, null=True)  # noqa: DJ001  # several people may have none
    name = models.CharField(max_length=120)
    reading = models.CharField(max_length=120, blank=True)
    search_key = models.CharField(max_length=600, blank=True)
    mail = models.EmailField(max_length=254, blank=True)
    extension = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=2, default="ja")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # who proves the person at sign-in where this installation does not: directory or provider
    vouched_by = models.CharField(max_length=16, blank=True)
    # sessions and tokens from before this moment are no more
    access_ended_at = models.DateTimeField(null=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "sign_in_name"
    EMAIL_FIELD = "mail"

    class Meta:
        indexes = [models.Index(fields=("mail",), name="person_by_mail")]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sign sessions by the end of the latest access too: whoever was shut out begins anew."""
        ended_at = self.access_ended_at.isoformat() if self.access_ended_at else ""
        signed = salted_hmac(
            "madoguchi.people.session", f"{self.password}|{ended_at}", secret=secret, algorithm="sha256"
        )
        return str(signed.hexdigest())

    @property
    def key(self) -> str:
        """The name that history knows a person by: it stays when the person is erased."""
        return f"person:{self.pk}"


class DivisionMembership(models.Model):
    """A person belongs to a division from a day until the day before another."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="divisions")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="memberships")
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("person", "start_date"), name="membership_start_once"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=models.F("start_date")), name="membership_order"
            ),
        ]
