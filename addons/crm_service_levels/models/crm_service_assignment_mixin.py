from odoo import api, fields, models

from ..report import assignment_facts
from ..tools import assignment
from . import crm_service_board_mixin  # noqa: F401 (a parent is defined before its child)

#: How many waiting requests one run of the queue deals out.
BATCH = 1000


class CrmServiceAssignmentMixin(models.AbstractModel):
    """Requests find their owner by themselves, where the team wants it (SVC-L2)."""

    _name = "crm.service.assignment.mixin"
    _inherit = ["crm.service.board.mixin"]
    _description = "Assignment of a service request"

    assign_reason = fields.Char("Why this owner", readonly=True, copy=False)

    def _service_created(self):
        res = super()._service_created()
        self._assign_by_itself()
        return res

    def _assign_by_itself(self):
        """Deal out those whose team wants it; the others wait in the queue."""
        # sudo: how a team deals its requests out holds for whoever enters them
        plain = self.sudo()
        waiting = plain.filtered(
            lambda r: r.team_id.assign_method and not r.user_id and not r.is_closed
        )
        return waiting._assign() if waiting else waiting

    def action_assign_now(self):
        """Give the chosen requests that nobody has to who is next, whatever the team's setting."""
        self.check_access("write")
        waiting = self.filtered(lambda request: not request.user_id and not request.is_closed)
        # sudo: loads and absences of colleagues decide; the right to write was checked
        done = waiting.sudo()._assign()
        left = len(waiting) - len(done)
        text = self.env._("%s assigned.", len(done))
        if left:
            text += " " + self.env._("%s stay: nobody is there with room and skill.", left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "warning" if left else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _assign(self):
        """Deal these requests out, team by team.

        Queries do not depend on how many requests there are; each colleague's are written at once.

        :return: those that got an owner
        """
        rows, members = assignment_facts.matters(self.env, self.ids), self._assign_members()
        usual = assignment_facts.usual(self.env, {row[2] for row in rows if row[2]})
        loads, absences = self._assign_loads(members), self.env["crm.service.absence"]._now()
        now, chosen = fields.Datetime.now(), {}
        for team, own in members.grouped("team_id").items():
            people = [self._assign_candidate(one, loads, absences) for one in own]
            company = team.company_id.id
            matters = [
                assignment.Matter(
                    request=request,
                    skills=frozenset(skills),
                    usual=usual.get((customer, company)),
                    tier=tier,
                    priority=int(priority or 0),
                    opened=opened,
                )
                for request, at, customer, tier, priority, opened, skills in rows
                if at == team.id
            ]
            found = assignment.assign(matters, people, team.assign_method or "load", now)
            loads.update(self._assign_count(found, loads))
            chosen.update(found)
        return self._assign_write(chosen, members, now)

    def _assign_members(self):
        members = self.env["crm.service.team.member"].search([("team_id", "in", self.team_id.ids)])
        return members.filtered(lambda member: member.user_id.active)

    @api.model
    def _assign_loads(self, members):
        """``{user id: open requests}``, of all teams."""
        rows = self._read_group(
            [("user_id", "in", members.user_id.ids), ("is_closed", "=", False)],
            ["user_id"],
            ["__count"],
        )
        return {user.id: count for user, count in rows}

    @api.model
    def _assign_candidate(self, member, loads, absences):
        user = member.user_id.id
        return assignment.Candidate(
            user=user,
            load=loads.get(user, 0),
            capacity=member.capacity,
            last=member.date_last_assigned or None,
            skills={row.skill_id.id: row.level for row in member.skill_ids},
            absent=user in absences,
        )

    @api.model
    def _assign_count(self, found, loads):
        counts = {}
        for choice in found.values():
            counts[choice.user] = counts.get(choice.user, loads.get(choice.user, 0)) + 1
        return counts

    def _assign_write(self, chosen, members, now):
        by_user, done = {}, self.browse(chosen)
        for request, choice in chosen.items():
            by_user.setdefault((choice.user, choice.reason), []).append(request)
        for (user, reason), ids in by_user.items():
            text = self._assign_words(reason)
            self.browse(ids).write({"user_id": user, "assign_reason": text})
        users = {choice.user for choice in chosen.values()}
        mine = members.filtered(lambda m: m.user_id.id in users and m.team_id in done.team_id)
        mine.date_last_assigned = now
        return done

    @api.model
    def _assign_words(self, reason):
        return {
            "usual": self.env._("Usual representative of this customer"),
            "turn": self.env._("Next in turn"),
            "load": self.env._("Least loaded of those with room"),
            "skill": self.env._("Best skilled of those with room"),
        }[reason]

    @api.model
    def _cron_assign(self):
        """Deal out what waits in the queues: somebody is back, or has room again."""
        waiting = self.search(
            [
                ("user_id", "=", False),
                ("is_closed", "=", False),
                ("team_id.assign_method", "!=", False),
            ],
            order="priority desc, id",
            limit=BATCH,
        )
        return len(waiting._assign_by_itself())
