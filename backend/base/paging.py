"""Pages of a list, for pages and for the API."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from rest_framework.pagination import PageNumberPagination

PAGE_SIZE = 24


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page[Any]:
    """The page that `?page=` asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


class ApiPages(PageNumberPagination):
    """`?page=` and `?page_size=` up to 100."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 100
