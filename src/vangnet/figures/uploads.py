"""A file that is too large is refused while it comes in: nothing of it is kept, and the page can say so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

# Up to here the rest is read and thrown away, so that the browser gets a page; beyond it we hang up.
PATIENCE = 1024 * 1024 * 1024


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers; sets `request.upload_refused` to the number of bytes announced."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._announced = self._received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  the name is Django's
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Note how much is coming, before any of it is read."""
        self._announced = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file when the announced size rules it out."""
        super().new_file(*args, **kwargs)
        self._refuse_above(self._announced - 64 * 1024)  # a form has more in it than its file

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count what really comes in, and pass it on."""
        self._received += len(raw_data)
        self._refuse_above(self._received)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the finished file to the handlers after this one."""

    def _refuse_above(self, size: int) -> None:
        if size <= settings.FIGURES_MAX_UPLOAD:
            return
        if self.request is not None:
            self.request.upload_refused = self._announced  # type: ignore[attr-defined]
        if self._announced > PATIENCE:
            raise StopUpload(connection_reset=True)
        raise SkipFile
