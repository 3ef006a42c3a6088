"""The half hours that a day is planned in; loaded without the arrays that planning needs."""

SLOT_SECONDS = 1800
