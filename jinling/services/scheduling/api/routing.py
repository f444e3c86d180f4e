"""The one router of scheduling's API: endpoints of a path must share it whatever their method."""

from ninja import Router

from jinling.foundation.access import public as access

router = Router(auth=access.ApiKeyAuth(), tags=["scheduling"])
