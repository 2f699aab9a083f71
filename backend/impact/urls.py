"""Addresses of the pages of impact."""

from django.urls import URLPattern, path

from backend.impact import views

app_name = "impact"
urlpatterns: list[URLPattern] = [
    path("<slug:city>/impact/", views.city, name="city"),
    path("<slug:city>/impact/observations/", views.observe, name="observe"),
    path("<slug:city>/impact/observations/<uuid:observation>/take-back/", views.take_back, name="take_back"),
    path("<slug:city>/impact/exports/", views.export, name="export"),
]
