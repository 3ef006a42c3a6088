from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madoguchi.contracts.models import Contract
from madoguchi.core.works_vocabulary import ItemState, LoanState, Register
from madoguchi.desk.models import Ticket, word
from madoguchi.people.sayings import retold


class Item(models.Model):
    """One thing or account of a register; supplies are counted, everything else is one piece."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="items")
    register = word(Register)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    serial = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=120, blank=True)
    state = word(ItemState, default=ItemState.IN_STOCK.value)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="held_items")
    valid_until = models.DateField(null=True)
    quantity = models.PositiveIntegerField(default=1)
    reorder_below = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("contract", "number"), name="item_number_once"),
            models.UniqueConstraint(
                fields=("contract", "register", "serial"), condition=~Q(serial=""), name="item_serial_once"
            ),
            models.CheckConstraint(condition=Q(register__in=[each.value for each in Register]), name="item_register"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in ItemState]), name="item_state_known"),
        ]
        indexes = [models.Index(fields=("contract", "register", "state"), name="item_by_register")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ItemImport(models.Model):
    """A register's file that was brought in: one act, undone as one."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="item_imports")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_count = models.PositiveIntegerField()
    changed_count = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kept_count = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=("contract", "-imported_at"), name="item_import_latest")]


class ItemImportRow(models.Model):
    """What an import made of one item, and what was there before; `note` says why it was not taken back."""

    run = models.ForeignKey(ItemImport, on_delete=models.CASCADE, related_name="rows")
    # none once the item was taken back
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="import_rows")
    number = models.CharField(max_length=40)
    is_added = models.BooleanField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("run", "number"), name="item_import_number_once")]

    @property
    def said(self) -> str:
        """Return why the row was not taken back, in the reader's language."""
        return retold(self.note)


class Holding(models.Model):
    """Who held an item, where it stood and what was changed of it, from a moment until another."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="holdings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    # what else changed at that moment, from what to what
    note = models.CharField(max_length=1000, blank=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="+")
    # the file that said so, or the undoing of it
    by_import = models.ForeignKey(ItemImport, null=True, on_delete=models.SET_NULL, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("item",), condition=Q(end_at__isnull=True), name="holding_one_open"),
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(end_at__gte=F("start_at")), name="holding_order"
            ),
        ]


class Loan(models.Model):
    """An item promised or given to a person for some days, both included."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="loans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="loans")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="loans")
    start_date = models.DateField()
    until_date = models.DateField()
    state = word(LoanState)
    lent_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    condition = models.CharField(max_length=400, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_date__gte=F("start_date")), name="loan_order"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in LoanState]), name="loan_state_known"),
            models.UniqueConstraint(fields=("item",), condition=Q(state=LoanState.OUT.value), name="loan_out_once"),
        ]
        indexes = [models.Index(fields=("until_date",), name="loan_by_until", condition=Q(state=LoanState.OUT.value))]


class LoanDay(models.Model):
    """A day an item is taken; the database itself refuses to book it twice."""

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="days")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("item", "date"), name="loan_day_once")]


class Stocktake(models.Model):
    """A count of one register: what was seen, from opening to closing."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="stocktakes")
    register = word(Register)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    difference_count = models.PositiveIntegerField(null=True)
    # number and word of each at the closing; none of a stocktake that was closed before they were kept
    differences = models.JSONField(null=True)


class StocktakeScan(models.Model):
    """A number seen in a stocktake, whether the register knows it or not."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="scans")
    number = models.CharField(max_length=40)
    scanned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("stocktake", "number"), name="scan_once")]
