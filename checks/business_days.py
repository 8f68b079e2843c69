"""Days on which people work: Monday to Friday, holidays not known."""

from datetime import date, timedelta

SATURDAY = 5


def business_days_after(day: date, business_days: int) -> date:
    """The last of so many working days after a day."""
    remaining = business_days
    while remaining:
        day += timedelta(days=1)
        remaining -= day.weekday() < SATURDAY
    return day
