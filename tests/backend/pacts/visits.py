"""Going to a proposal's or a pact's page as somebody, and sending a form of it."""

from typing import Any

from django.test import Client


def page(client: Client, thing: Any, person: Any = None, **query: Any) -> Any:
    if person is not None:
        client.force_login(person)
    return client.get(thing.get_absolute_url(), query)


def send(client: Client, thing: Any, step: str, person: Any, **data: Any) -> Any:
    client.force_login(person)
    return client.post(f"{thing.get_absolute_url()}{step}/", data, follow=True)
