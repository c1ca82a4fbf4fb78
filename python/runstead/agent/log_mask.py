"""Keeps the secrets of a job out of its logs: each is covered by as many asterisks, so that byte offsets stay what they are."""

from __future__ import annotations

from collections.abc import Iterable

#: The beginning of a secret at the end of what there is holds the rest back until more comes. Fewer bytes are too often none.
BEGINNING_BYTES_MIN = 4


class LogMask:
    """Knows the values; those that hold others are covered first."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({secret.encode() for secret in secrets if secret}, key=len, reverse=True)

    def cover(self, content: bytes) -> bytes:
        for secret in self._secrets:
            if secret in content:
                content = content.replace(secret, b"*" * len(secret))
        return content

    def cover_text(self, text: str) -> str:
        return self.cover(text.encode()).decode("utf-8", "replace")

    def without_beginning(self, content: bytes) -> bytes:
        """The content up to where a secret may have begun of which the rest is yet to come."""
        held_bytes = max((_beginning_bytes(content, secret) for secret in self._secrets), default=0)
        return content[: len(content) - held_bytes]


def _beginning_bytes(content: bytes, secret: bytes) -> int:
    """How much of a secret, but not all, is at the end of a content."""
    for size in range(min(len(secret) - 1, len(content)), BEGINNING_BYTES_MIN - 1, -1):
        if content.endswith(secret[:size]):
            return size
    return 0
