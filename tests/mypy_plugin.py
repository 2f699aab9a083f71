"""What mypy can not know of this house: whoever asks is a Person, and the middleware says which city is meant.

Behind `login_required` or a permission `request.user` is never anonymous, and an action refuses whoever may not; writing
that down at every call would say nothing.
"""

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type
from mypy_django_plugin.lib.helpers import get_typechecker_api, lookup_fully_qualified_typeinfo

REQUESTS = ("django.http.request.HttpRequest", "rest_framework.request.Request")
SET_BY_MIDDLEWARE = {
    "user": "backend.people.models.Person",
    "person": "backend.people.models.Person",
    "city": "backend.cities.models.City",
}


def known(fullname: str) -> Callable[[AttributeContext], Type]:
    def answer(context: AttributeContext) -> Type:
        info = lookup_fully_qualified_typeinfo(get_typechecker_api(context), fullname)
        return Instance(info, []) if info else context.default_attr_type

    return answer


class House(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        owner, _, attribute = fullname.rpartition(".")
        if owner in REQUESTS and attribute in SET_BY_MIDDLEWARE:
            return known(SET_BY_MIDDLEWARE[attribute])
        return None


def plugin(_version: str) -> type[Plugin]:
    return House
