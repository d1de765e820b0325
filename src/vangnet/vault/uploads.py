"""Files on their way into the vault stay in memory: nothing touches the disk before it is sealed."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class InMemoryUpload(FileUploadHandler):
    """Keeps one file up to the limit of the vault; of a larger one only that it was refused."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with an empty file."""
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep what comes in, until it is too much."""
        if start + len(raw_data) > settings.VAULT_MAX_FILE:
            self._content = io.BytesIO()
            self.request.upload_refused = True  # type: ignore[union-attr]
            raise SkipFile
        self._content.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give the file to the form."""
        self._content.seek(0)
        return InMemoryUploadedFile(
            self._content, self.field_name, self.file_name or "", self.content_type, file_size, self.charset
        )
