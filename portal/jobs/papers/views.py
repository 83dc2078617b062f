"""The download of a paper, for whoever ordered it."""

import uuid

from flask import Blueprint, Response, abort, render_template

from portal import clock
from portal.jobs.papers import queries
from portal.web.gate import allow, signed_in, visitor

blueprint = Blueprint("papers", __name__, url_prefix="/papers")
GONE = 410


@blueprint.get("/<uuid:public_id>")
@allow(signed_in)
def paper(public_id: uuid.UUID) -> Response | tuple[str, int]:
    """The file itself; once its days are over a page that says so, and when it was thrown away none."""
    found = queries.paper_for(visitor().person_id or 0, public_id) or abort(404)
    if clock.now() >= found.expires_at:
        return render_template("jobs/papers/gone.html"), GONE
    disposition = f'attachment; filename="{found.filename}"'
    return Response(
        found.content, content_type=found.media_type, headers={"Content-Disposition": disposition}
    )
