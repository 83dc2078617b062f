"""A photograph that somebody uploaded, drawn anew: what leaves is what is seen and nothing else of the file.

Where a picture was taken, a second file behind the first, a drawing that runs script: none of it passes.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

MEDIA_TYPE = "image/jpeg"
FORMATS = ("JPEG", "PNG")
MOST_PIXELS = 40_000_000
WIDTH, HEIGHT = 1_200, 900
PAPER = (252, 249, 243)
QUALITY = 82


class PictureRefused(Exception):
    """It is not drawn; the class names why."""


class Unreadable(PictureRefused):
    """No JPEG and no PNG, or a broken one."""


class TooManyPixels(PictureRefused):
    """More than are unpacked for a picture of the catalogue."""


def redraw(content: bytes) -> bytes:
    """The photograph as a JPEG of our own, no larger than a page shows it, upright, on paper."""
    try:
        # Only the head is read here: how large it is, is known before anything is unpacked.
        with Image.open(io.BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise TooManyPixels
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable from error
    upright.thumbnail((WIDTH, HEIGHT))
    page = Image.new("RGB", upright.size, PAPER)
    page.paste(upright, mask=upright.getchannel("A"))
    target = io.BytesIO()
    page.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
