from odoo.fields import Command

from .common_service import ServiceCase


class AnalysisCase(ServiceCase):
    """Requests with a history of fixed times; an hour of the team costs 60.

    ====  =======  ==========  ==========  =======================================  ==============
    name  type     received    solved      levels                                   work (minutes)
    ====  =======  ==========  ==========  =======================================  ==============
    a     usage    2nd 08:00   2nd 10:00   1: 2 h                                   1: 30
    b     usage    2nd 09:00   3rd 09:00   1: 24 h; 2: 10:00 + 5 h                  1: 15; 2: 60
    c     fault    3rd 08:00   3rd 20:00   1: 12 h; 3: 09:00 + 3 h;                 3: 120
                                           4: 10:00 + 1 h; 2: 10:30 + 1 h
    d     usage    4th 08:00   4th 09:00   1: 1 h
    e     usage    4th 10:00   open        1: open
    x     usage    4th 10:00   cancelled   1: 1 h                                   1: 60
    ====  =======  ==========  ==========  =======================================  ==============
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = [("team_id", "=", cls.team.id)]
        cls.a = cls._history(
            [("new", "2 08:00"), ("open", "2 08:30"), ("solved", "2 10:00")],
            [("1", "2 08:00", "2 10:00")],
            [("1", 30)],
        )
        cls.b = cls._history(
            [("new", "2 09:00"), ("open", "2 10:00"), ("solved", "3 09:00"), ("closed", "5 09:00")],
            [("1", "2 09:00", "3 09:00"), ("2", "2 10:00", "2 15:00")],
            [("1", 15), ("2", 60)],
        )
        cls.c = cls._history(
            [("new", "3 08:00"), ("solved", "3 12:00"), ("open", "3 16:00"), ("solved", "3 20:00")],
            [
                ("1", "3 08:00", "3 20:00"),
                ("3", "3 09:00", "3 12:00"),
                ("4", "3 10:00", "3 11:00"),
                ("2", "3 10:30", "3 11:30"),
            ],
            [("3", 120)],
            type_id=cls.fault.id,
        )
        cls.d = cls._history(
            [("new", "4 08:00"), ("solved", "4 09:00")], [("1", "4 08:00", "4 09:00")]
        )
        cls.e = cls._history([("new", "4 10:00")], [("1", "4 10:00", None)])
        cls.x = cls._history(
            [("new", "4 10:00"), ("cancelled", "4 11:00")],
            [("1", "4 10:00", "4 11:00")],
            [("1", 60)],
        )
        cls.env.flush_all()

    @classmethod
    def _moment(cls, text):
        return text and cls._at(f"2026-03-0{text}:00".replace(" ", "T"))

    @classmethod
    def _history(cls, stages, levels=(), work=(), **values):
        """Request of March 2026 with these stages, levels and work; "2 08:00" is the 2nd at 8."""
        found = cls.env["crm.service.stage"]
        moments = [cls._moment(at) for _state, at in stages]
        by_state = {state: found._first_by_team(cls.team, state)[cls.team] for state, _at in stages}
        last = stages[-1][0]
        request = cls._request(
            team_id=cls.team.id,
            stage_id=by_state[last].id,
            date_open=moments[0],
            **values,
        )
        request.sudo().stage_span_ids.unlink()
        request.sudo().level_span_ids.unlink()
        ends = [*moments[1:], None]
        solved = [at for (state, _), at in zip(stages, moments, strict=True) if state == "solved"]
        request.sudo().write(
            {
                "date_solved": solved[-1] if solved and request.is_closed else False,
                "reopen_count": max(len(solved) - 1, 0),
                "stage_span_ids": [
                    Command.create(
                        {
                            "stage_id": by_state[state].id,
                            "team_id": cls.team.id,
                            "user_id": request.user_id.id,
                            "date_from": begins,
                            "date_to": end,
                        }
                    )
                    for (state, _at), begins, end in zip(stages, moments, ends, strict=True)
                ],
                "level_span_ids": [
                    Command.create(
                        {"level": level, "date_from": cls._moment(at), "date_to": cls._moment(to)}
                    )
                    for level, at, to in levels
                ],
                "effort_ids": [
                    Command.create({"level": level, "minutes": minutes, "user_id": cls.rita.id})
                    for level, minutes in work
                ],
            }
        )
        return request
