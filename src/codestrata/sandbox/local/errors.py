"""What can go wrong around a room."""

from __future__ import annotations

from codestrata.errors import EXIT_PARTIAL, ErrorClass, StrataError


class RoomBroken(StrataError):
    """A room cannot be made, or what holds it is gone: says nothing about the code in it."""

    exit_code = EXIT_PARTIAL
    http_status = 503
    error_class = ErrorClass.INFRA
