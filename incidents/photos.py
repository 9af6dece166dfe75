"""Photos: taken in only if they are pictures, stored re-encoded, without metadata, under the hash of what is stored.

What comes out is a JPEG that this programme wrote itself: no EXIF (place, camera), no script, no second meaning of the
same bytes. Files lie in MEDIA_ROOT/incidents, which no web server serves; `/photos/{id}.jpg` asks who is reading.
"""

import io
import os
import warnings
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from gis_core.errors import Refused, WanggeError
from incidents.models import Incident, Photo

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 50_000_000
WEBP_PIXELS_MAX = 24_000_000
"""Its decoder takes about 20 bytes a pixel (measured)."""
SIDE_MAX = 2048
PER_INCIDENT = 20
FORMATS = ("JPEG", "PNG", "WEBP", "MPO")
QUALITY = 85


class BadPhoto(WanggeError):
    """It is no picture of an allowed kind and size."""

    code = "bad_photo"


def encode(file: BinaryIO) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG without metadata, upright, at most 2048 pixels long; and its width and height.

    Raises BadPhoto.
    """
    raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise BadPhoto(
            _("A photo may have %d MB at most.") % (BYTES_MAX // 1024 // 1024), {"limit": BYTES_MAX}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as probe:
                _refuse_large(probe)
                probe.verify()
            with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
                picture.draft("RGB", (SIDE_MAX, SIDE_MAX))
                upright = ImageOps.exif_transpose(_small(picture)).convert("RGB")
    except BadPhoto:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPhoto(_("This is no photo; allowed are JPEG, PNG and WebP.")) from error
    except Exception as error:  # Pillow's readers raise whatever a broken file makes them
        raise BadPhoto(_("The photo is broken.")) from error
    written = io.BytesIO()
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    clean.save(written, "JPEG", quality=QUALITY)
    return written.getvalue(), clean.size


def _small(picture: Image.Image) -> Image.Image:
    """Made small before anything else: each copy of 50 million pixels takes 200 MB."""
    if picture.mode not in ("RGB", "RGBA", "L", "CMYK"):
        exif = picture.getexif()
        picture = picture.convert("RGB")
        picture.getexif().update(exif)
    picture.thumbnail((SIDE_MAX, SIDE_MAX))
    return picture


def _refuse_large(probe: Image.Image) -> None:
    most = WEBP_PIXELS_MAX if probe.format == "WEBP" else PIXELS_MAX
    if probe.size[0] * probe.size[1] > most:
        raise BadPhoto(
            _("A photo may have %d million pixels at most.") % (most // 1_000_000), {"limit": most}
        )


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "incidents" / digest[:2] / f"{digest}.jpg"


def keep(data: bytes) -> str:
    """Write the file, unless it is there; its SHA-256. It appears whole or not at all."""
    digest = sha256(data).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, delete=False) as part:
            try:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
            except OSError:  # a full disk gets its room back
                os.unlink(part.name)
                raise
        os.replace(part.name, target)
    return digest


def attach(incident: Incident, files: list[BinaryIO], phase: str, user: Any) -> list[Photo]:
    """Store photos with an incident; one that it has already is not stored twice.

    Raises BadPhoto, and then none is stored.
    """
    encoded = [encode(file) for file in files]
    if incident.photos.count() + len(encoded) > PER_INCIDENT:
        raise Refused(
            _("An incident has %d photos at most.") % PER_INCIDENT, {"limit": PER_INCIDENT}, "too_many"
        )
    stored = []
    for data, (width, height) in encoded:
        photo, _made = Photo.objects.get_or_create(
            incident=incident,
            phase=phase,
            sha256=keep(data),
            defaults={"bytes": len(data), "width": width, "height": height, "taken_by": user},
        )
        stored.append(photo)
    return stored
