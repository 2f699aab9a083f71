"""Addresses of the pages of the commons."""

from django.urls import path

from backend.commons import views

app_name = "commons"
urlpatterns = [
    path("ogc/", views.ogc, name="ogc"),
    path("ogc/conformance", views.ogc_conformance, name="ogc-conformance"),
    path("ogc/collections", views.ogc_collections, name="ogc-collections"),
    path("ogc/collections/commons", views.ogc_collection, name="ogc-collection"),
    path("ogc/collections/commons/items", views.ogc_items, name="ogc-items"),
    path("ogc/collections/commons/items/<uuid:pk>", views.ogc_item, name="ogc-item"),
    path("<slug:city>/commons/", views.list_, name="list"),
    path("<slug:city>/commons.geojson", views.geojson, name="geojson"),
    path("<slug:city>/commons/new/", views.new, name="new"),
    path("<slug:city>/commons/<slug:slug>/", views.commons, name="commons"),
    path("<slug:city>/commons/<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:city>/commons/<slug:slug>/state/", views.state, name="state"),
]
