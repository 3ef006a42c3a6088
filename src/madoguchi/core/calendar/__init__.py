"""Opening hours, holidays, business time, periods and era dates."""
