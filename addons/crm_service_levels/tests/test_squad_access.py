from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_squad import SquadCase

CALLS = {
    "squad_invite": ([1],),
    "squad_join": (),
    "squad_decline": (),
    "squad_leave": (),
    "squad_remove": (1,),
    "squad_dismiss": (),
    "squad_create_task": ("x",),
    "squad_done": (1,),
    "squad_reopen": (1,),
    "squad_hand_over": (1, None, "x"),
    "squad_accept": (1,),
    "squad_refuse": (1,),
    "squad_note": ("x",),
    "ask_approval": ("refund", 1.0, "x"),
    "action_assign_now": (),
}
APPROVAL_CALLS = {
    "decide": ("approved",),
    "action_approve": (),
    "action_withdraw": (),
}


@tagged("post_install", "-at_install")
class TestSquadAccess(SquadCase):
    """SVC-L2: who may do what with squads, tasks, authority and approvals."""

    def test_every_public_method_is_listed(self):
        names = {n for n in dir(type(self.request)) if n.startswith("squad_")}
        names -= set(self.request._fields)
        self.assertEqual(names, {name for name in CALLS if name.startswith("squad_")})

    def test_customers_visitors_and_outsiders_are_refused(self):
        self.portal.partner_id.parent_id = self.acme
        self.request.message_subscribe(self.portal.partner_id.ids)
        approval = self.request._ask_approval("refund", 10.0, "x")
        for user in (self.portal, self.env.ref("base.public_user"), self.emma, self.otto):
            for name, args in CALLS.items():
                with self.assertRaises(AccessError, msg=f"{name} {user.login}"):
                    getattr(self._as(user), name)(*args)
            for name, args in APPROVAL_CALLS.items():
                with self.assertRaises(AccessError, msg=f"{name} {user.login}"):
                    getattr(approval.with_user(user), name)(*args)

    def test_customers_do_not_read_the_judgement(self):
        self.portal.partner_id.parent_id = self.acme
        self.request.message_subscribe(self.portal.partner_id.ids)
        message = self.request.with_user(self.rita).squad_note("He is a difficult one")
        message = self.env["mail.message"].browse(message)
        self.assertNotIn(self.portal.partner_id, message.notified_partner_ids)
        with self.assertRaises(AccessError):
            message.with_user(self.portal).read(["body"])

    def test_companies_are_apart(self):
        self._task(self.rita)
        approval = self.request._ask_approval("refund", 10.0, "x")
        for record in (approval, approval.step_ids):
            found = record.with_user(self.otto).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)

    def test_absences_are_ones_own(self):
        own = {"date_from": "2026-01-01", "date_to": "2026-01-02"}
        absences = self.env["crm.service.absence"].with_user(self.emma)
        absences.create(own)
        with self.assertRaises(AccessError):
            absences.create({**own, "user_id": self.rita.id})
        self.env["crm.service.absence"].with_user(self.leo).create({**own, "user_id": self.rita.id})
