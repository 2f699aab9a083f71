"""The JSON API, composed: every app's endpoints under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include("backend.people.api")),
    path("", include("backend.cities.api")),
    path("", include("backend.conversations.api")),
    path("", include("backend.commons.api")),
    path("", include("backend.pacts.api")),
    path("", include("backend.activities.api")),
    path("", include("realtime.api")),
    path("", include("marketplace.api")),
    path("", include("backend.impact.api")),
]
