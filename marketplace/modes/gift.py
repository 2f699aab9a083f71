"""A gift: nothing is paid and nothing goes to the fund."""

from django.utils.translation import gettext as _

from marketplace.choices import Mode
from marketplace.models import ListingMode
from marketplace.modes.base import ModeRule


class Gift(ModeRule):
    name = Mode.GIFT
    icon = "gift"
    tone = "moss"

    def price_words(self, offer: ListingMode) -> str:
        return _("Free")

    def button(self) -> str:
        return _("I would like it")

    def promise(self) -> str:
        return _("It costs nothing. You collect it.")

    def help(self) -> str:
        return _("Free, for whoever collects it.")
