"""Pages of a list, for pages and for the API."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from rest_framework.pagination import PageNumberPagination

PAGE_SIZE = 24


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_SIZE, count: int | None = None) -> Page[Any]:
    """The page that `?page=` asks for; the nearest one where there is no such page.

    `count`: how many rows there are, where the caller knows.
    """
    pages = Paginator(rows, size)
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("page"))


class ApiPages(PageNumberPagination):
    """`?page=` and `?page_size=` up to 100."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 100
