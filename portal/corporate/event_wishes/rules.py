"""What the link of an invitation's letter bears that ends such letters."""

import base64
import hashlib
import hmac
import uuid

INVITATION = "corporate/event_invitation"
"""The letter that invites."""
SEAL_BYTES = 14
"""With the sixteen of the person's id thirty bytes: a token without padding."""


def wish_token(person_id: uuid.UUID, *, secret: str) -> str:
    """Who the person is, sealed: nobody can end the letters of somebody else."""
    seal = hmac.new(secret.encode(), f"event-wish:{person_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(person_id.bytes + seal.digest()[:SEAL_BYTES]).decode()


def read_token(token: str, *, secret: str) -> uuid.UUID | None:
    """Whose link it is; none where its seal does not fit."""
    try:
        found = base64.urlsafe_b64decode(token)
    except ValueError:
        return None
    if len(found) != 16 + SEAL_BYTES:
        return None
    person_id = uuid.UUID(bytes=found[:16])
    return person_id if hmac.compare_digest(token, wish_token(person_id, secret=secret)) else None
