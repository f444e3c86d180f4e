"""Amounts of money: integers in the minor unit of the city's currency, at every face and in every table."""

from __future__ import annotations

from decimal import Decimal

DIGITS = 2  # decimals of the major unit: 1 yuan is 100 fen


def minor(amount: Decimal, *, digits: int = DIGITS) -> int:
    """An amount of the major unit, exact, in the minor unit.

    Raises:
        ValueError: the amount is no whole number of minor units; nothing is rounded.
    """
    scaled = amount.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more than {digits} decimals")
    return int(scaled)


def major(amount: int, *, digits: int = DIGITS) -> Decimal:
    """An amount of the minor unit in the major unit, with all its decimals."""
    return Decimal(amount).scaleb(-digits)
