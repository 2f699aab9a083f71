"""Queries that are asked all the time, put into words once: Django takes longer to find the words than the
database to answer."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models.query import ValuesListIterable, get_related_populators


class Words(NamedTuple):
    """A query as this thread's connection is asked it, and how its rows become what it is about."""

    sql: str
    params: list[Any]
    places: list[int | None]  # of each parameter, which argument it is; None for what is always the same
    convert: Callable[[Any], Any]
    build: Callable[[Any], Any]

    def filled(self, values: tuple[Any, ...]) -> list[Any]:
        return [held if place is None else values[place] for held, place in zip(self.params, self.places, strict=True)]


class Prepared:
    """A queryset of objects or of tuples, made by `make` from keys and short texts.

    These may only stand in conditions, and nothing else in the queryset may change from one time to the next: no
    present moment, no list that grows.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._held = threading.local()

    def __call__(self, *values: UUID | str) -> list[Any]:
        """Ask, and read all of the answer."""
        words: Words | None = getattr(self._held, "words", None)
        if words is None:
            words = self._held.words = _words(self._make, values)
        with connection.cursor() as cursor:
            cursor.execute(words.sql, words.filled(tuple(map(in_database, values))))
            return [words.build(row) for row in words.convert(cursor.fetchall())]

    def first(self, *values: UUID | str) -> Any:
        """The first one, or None."""
        return next(iter(self(*values)), None)


def in_database(value: Any) -> Any:
    """A key or a moment as this database holds it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if isinstance(value, UUID) and not connection.features.has_native_uuid_field else value


def _words(make: Callable[..., Any], values: tuple[Any, ...]) -> Words:
    marks = [uuid4() if isinstance(value, UUID) else uuid4().hex for value in values]
    queryset = make(*marks)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    held = list(map(in_database, marks))
    places = [held.index(param) if param in held else None for param in params]
    if set(range(len(marks))) - set(places):
        raise ValueError("each argument has to stand in a condition of the query")
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    convert: Callable[[Any], Any] = (lambda rows: compiler.apply_converters(rows, converters)) if converters else iter
    tuples = issubclass(queryset._iterable_class, ValuesListIterable)
    return Words(sql, list(params), places, convert, tuple if tuples else _builder(compiler))


def _builder(compiler: Any) -> Callable[[Any], models.Model]:
    """How a row becomes an object with the related ones that were asked for; as Django's own ModelIterable."""
    select, found, using = compiler.select, compiler.klass_info, connection.alias
    start, end = found["select_fields"][0], found["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in select[start:end]]
    model: Any = found["model"]
    populators = get_related_populators(found, select, using)  # type: ignore[call-arg]  # the stubs know a later Django

    def build(row: Any) -> models.Model:
        made: models.Model = model.from_db(using, names, row[start:end])
        for each in populators:
            each.populate(row, made)
        return made

    return build
