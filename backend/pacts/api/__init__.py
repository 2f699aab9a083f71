"""Endpoints of this app under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from backend.pacts.api.pacts import Pacts
from backend.pacts.api.proposals import Proposals

router = SimpleRouter()
router.register("proposals", Proposals, basename="proposal")
router.register("pacts", Pacts, basename="pact")
urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
