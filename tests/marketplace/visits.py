"""Pages of the market, and where they are."""

from django.urls import reverse

from marketplace.models import Account


def page(name, city, *more):
    return reverse(f"marketplace:{name}", args=[city.slug, *more])


def text(answer):
    return answer.content.decode()


def of(name, listing, *more):
    return page(name, listing.city, listing.slug, *more)


def order_page(name, order):
    return page(name, order.city, order.deal.reference)


def fund_of(market):
    return Account.objects.in_city(market.city).funds().get()
