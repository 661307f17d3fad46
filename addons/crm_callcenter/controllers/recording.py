"""The sound of a recording, for whom a link was signed (CC-5)."""

from odoo import http
from odoo.http import request


class Recordings(http.Controller):
    @http.route(
        "/crm_callcenter/recording/<int:recording_id>/<string:token>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def sound(self, recording_id, token):
        """Stream it, in parts if the player asks for a range.

        A link that is wrong, somebody else's or over gives 404, as one that never was.
        """
        found = request.env["crm.call.recording"]._by_token(recording_id, token)
        sound = found._sound()
        if not sound:
            raise request.not_found()
        stream = (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(  # sudo: as found is
                sound, "data", filename=f"call-{found.id}.wav", mimetype="audio/wav"
            )
        )
        answer = stream.get_response(as_attachment=False, max_age=None, immutable=False)
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Accept-Ranges"] = "bytes"
        return answer
