"""Amounts of money: integers in the minor unit of the city's currency, at every face and in every table.

The pack names the currency; ISO 4217 says how many decimals its major unit has.
"""

from __future__ import annotations

from decimal import Decimal

CURRENCY = r"[A-Z]{3}"
# How many decimals the major unit has, where it is not two (ISO 4217).
_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}


def decimals(currency: str) -> int:
    """How many decimals amounts of a currency have: 2 of CNY, 0 of JPY, 3 of KWD."""
    return next((places for places, codes in _DECIMALS.items() if currency in codes.split()), 2)


def minor(amount: Decimal, *, digits: int) -> int:
    """An amount of the major unit, exact, in the minor unit; ``digits`` are the currency's :func:`decimals`.

    Raises:
        ValueError: the amount is no whole number of minor units; nothing is rounded.
    """
    scaled = amount.scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more than {digits} decimals")
    return int(scaled)


def major(amount: int, *, digits: int) -> Decimal:
    """An amount of the minor unit in the major unit, with all its decimals."""
    return Decimal(amount).scaleb(-digits)
