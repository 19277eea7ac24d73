"""Files that are brought to Meta, with what Meta asks of pictures."""

from __future__ import annotations

import struct

from wegwijzer.graph_double.errors import GraphError

LARGEST_IMAGE = 5 * 1024 * 1024
"""Bytes."""

_PNG = b"\x89PNG\r\n\x1a\n"
_RGB, _RGBA = 2, 6


def check_image(data: bytes, mime: str) -> None:
    """Whether Meta takes this picture: JPEG or PNG, up to 5 MB, 8 bits of red, green and blue, with or without transparency.

    Args:
        data: the file.
        mime: what it was said to be.

    Raises:
        GraphError: it does not.
    """
    if mime not in ("image/jpeg", "image/png"):
        raise GraphError(100, f"Param file must be a file with one of the following types: image/jpeg, image/png; not {mime}")
    if len(data) > LARGEST_IMAGE:
        raise GraphError(131053, "The image is larger than 5 MB")
    if mime == "image/jpeg":
        if not data.startswith(b"\xff\xd8\xff"):
            raise GraphError(131053, "The file is no JPEG image")
        return
    if not data.startswith(_PNG) or len(data) < 33 or data[12:16] != b"IHDR":
        raise GraphError(131053, "The file is no PNG image")
    depth, colour = struct.unpack(">BB", data[24:26])
    if depth != 8 or colour not in (_RGB, _RGBA):
        raise GraphError(131053, "The image must be 8-bit RGB or RGBA")
