"""The one router of scheduling's API: endpoints of a path must share it whatever their method."""

from django.http import HttpRequest
from ninja import Router

from jinling.foundation.access import public as access
from jinling.kernel.actor import Actor

router = Router(auth=access.ApiKeyAuth(), tags=["scheduling"])


def actor(request: HttpRequest) -> Actor:
    """The client that asks, as its key says."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
