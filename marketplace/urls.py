"""Addresses of the pages of the market."""

from django.urls import path

from marketplace.views import funds, listings, orders

app_name = "marketplace"

_LISTING = "<slug:city>/market/<slug:slug>/"
_ORDER = "<slug:city>/orders/<str:reference>/"
_FUND = "<slug:city>/funds/<uuid:pk>/"

urlpatterns = [
    path("<slug:city>/market/", listings.listing_list, name="list"),
    path("<slug:city>/market/new/", listings.new, name="new"),
    path(_LISTING, listings.listing, name="listing"),
    path(_LISTING + "order/", orders.order, name="place_order"),
    path(_LISTING + "ask/", listings.ask, name="ask"),
    path(_LISTING + "report/", listings.report, name="report"),
    path(_LISTING + "hide/", listings.hide, name="hide"),
    path(_LISTING + "<slug:name>/", listings.step, name="step"),
    path("<slug:city>/orders/", orders.order_list, name="orders"),
    path(_ORDER, orders.order_view, name="order"),
    path(_ORDER + "given/", orders.given, name="given"),
    path(_ORDER + "taken/", orders.taken, name="taken"),
    path(_ORDER + "cancel/", orders.cancel, name="cancel"),
    path(_FUND, funds.fund, name="fund"),
    path(_FUND + "book/", funds.book, name="book"),
    path(_FUND + "settle/<uuid:order>/", funds.settle, name="settle"),
]
