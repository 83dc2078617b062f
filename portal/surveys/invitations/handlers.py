"""Background work: the letters that ask, each when it is due."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.jobs.work import Handler, JobContext, handles
from portal.surveys.invitations import actions, rules


@handles(title=_l("Invitation to a survey"))
def send_invitation(context: JobContext) -> dict[str, Any]:
    """Ask one guest, or leave them alone and note why."""
    reason = actions.send_invitation(public_id=uuid.UUID(context.payload["invitation"]), at=context.at)
    return {"left_out": reason}


HANDLERS: dict[str, Handler] = {rules.SEND_JOB: send_invitation}
