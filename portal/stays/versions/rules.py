"""What makes a new version of a stay."""

from typing import NamedTuple

from portal.stays.rules import StayTold


class CurrentVersion(NamedTuple):
    """The version of a stay that is in force."""

    id: int
    version: int
    content_digest: str
    account_id: int | None
    import_id: int
    """The file that told of it; a later file has a larger id."""


class NewVersion(NamedTuple):
    """A stay as it is to be kept from now on, and the version that it takes the place of."""

    natural_key: str
    version: int
    content_digest: str
    row_no: int
    told: StayTold
    property_id: int
    account_id: int | None
    guest_id: int | None
    is_late: bool
    replaces_id: int | None
