"""The ways in which a listing can be had: one file each, all of them in this table."""

from marketplace.choices import Mode
from marketplace.modes.base import ModeRule
from marketplace.modes.gift import Gift
from marketplace.modes.sale import Sale

MODES: dict[str, ModeRule] = {
    Mode.SALE.value: Sale(),
    Mode.GIFT.value: Gift(),
}

__all__ = ["MODES", "ModeRule"]
