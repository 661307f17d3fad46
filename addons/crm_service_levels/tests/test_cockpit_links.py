from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_service import MODULE, ServiceCase


@tagged("post_install", "-at_install")
class TestLinks(ServiceCase):
    """SVC-L1: requests that belong together are linked, merged, split and followed up."""

    def _link(self, request, kind, other):
        return (
            self.env["crm.service.request.link"]
            .with_user(self.rita)
            .create({"request_id": request.id, "kind": kind, "other_id": other.id})
        )

    def _labels(self, request, user=None):
        rows = request.with_user(user or self.rita).link_list
        return {row["id"]: row["label"] for row in rows}

    def test_a_link_is_seen_from_both_sides(self):
        parent, part, double, other = (self._request(name=name) for name in "abcd")
        self._link(parent, "parent", part)
        self._link(double, "duplicate", parent)
        self._link(other, "related", parent)
        self.assertEqual(
            self._labels(parent), {part.id: "Part", double.id: "Duplicate", other.id: "Related"}
        )
        self.assertEqual(self._labels(part), {parent.id: "Parent"})
        self.assertEqual(self._labels(double), {parent.id: "Original"})

    def test_links_run_in_no_circle(self):
        first, second, third = (self._request(name=name) for name in "abc")
        self._link(first, "parent", second)
        self._link(second, "parent", third)
        with self.assertRaises(ValidationError):
            self._link(third, "parent", first)

    def test_two_requests_are_linked_once_and_none_to_itself(self):
        first, second = self._request(), self._request()
        self._link(first, "related", second)
        for ends in ((second, first), (first, first)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._link(ends[0], "duplicate", ends[1])

    def test_names_of_the_other_end_need_the_right_to_read_it(self):
        mine, secret = self._request(), self._request(name="Secret")
        self._link(mine, "related", secret)
        self.env["crm.service.squad.member"].create(
            {"request_id": mine.id, "user_id": self.emma.id}
        )
        self.assertFalse(mine.with_user(self.emma).link_list)

    def test_closing_a_parent_offers_its_duplicates(self):
        original, first, second = (self._request(name=name) for name in "abc")
        for double in (first, second):
            self._link(double, "duplicate", original)
        self.assertEqual(original.duplicates_open, 2)
        original.with_user(self.rita).action_solve()
        original.with_user(self.rita).action_close_duplicates()
        self.assertEqual((first + second).mapped("state"), ["solved", "solved"])
        self.assertEqual((first + second).result_id.code, "duplicate")
        self.assertEqual(original.duplicates_open, 0)

    def test_follow_up_keeps_customer_and_matter(self):
        request = self._request(user=self.rita, product_id=False)
        request.action_solve()
        action = request.action_follow_up()
        follow_up = request.browse(action["res_id"])
        self.assertEqual(follow_up.partner_id, self.anna)
        self.assertTrue(follow_up.proactive)
        self.assertEqual(self._labels(follow_up), {request.id: "Parent"})

    # Merge

    def _full(self, **values):
        request = self._request(user=self.rita, **values)
        request.message_post(body="Words", subtype_xmlid="mail.mt_comment")
        self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": request._name, "res_id": request.id}
        )
        request.log_minutes(10)
        request.message_subscribe(self.rob.partner_id.ids)
        request.activity_schedule("mail.mail_activity_data_todo", user_id=self.rita.id)
        return request

    def test_merge_moves_everything_and_keeps_both_numbers(self):
        target, source = self._request(user=self.rita), self._full(name="Again")
        source._begin_level("2", "Workshop")
        number = source.number
        source._merge_into(target)
        self.assertEqual((source.merged_into_id, source.number), (target, number))
        self.assertEqual(target.merged_numbers, number)
        self.assertIn(source.state, ("closed", "solved"))
        self.assertIn("Words", "".join(target.message_ids.mapped("body")))
        self.assertIn("Merged into", "".join(source.message_ids.mapped("body")))
        self.assertEqual(target.effort_minutes, 10.0)
        self.assertIn(self.rob.partner_id, target.message_partner_ids)
        self.assertEqual(target.activity_ids.user_id, self.rita)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", target._name), ("res_id", "=", target.id)]
        )
        self.assertIn("a.txt", attachments.mapped("name"))
        # the workshop's level counts for the request that goes on, and it is not open any more
        self.assertEqual((target.level_highest, target.level), ("2", "1"))
        self.assertEqual(
            source.stage_span_ids.filtered(lambda s: not s.date_to).stage_id.state, "closed"
        )

    def test_an_answer_to_a_merged_mail_reaches_the_target(self):
        """The gateway finds the request by the message that was answered."""
        target, source = self._request(user=self.rita), self._full()
        message = source.message_ids.filtered(lambda m: "Words" in m.body)
        source._merge_into(target)
        self.assertEqual((message.model, message.res_id), (target._name, target.id))

    def test_merge_of_many_costs_as_many_queries_as_of_few(self):
        few = self._merge_cost(2)
        # one copy of the note per source goes in batches; a handful of queries more at most
        self.assertLessEqual(self._merge_cost(20), few + 6)

    def _merge_cost(self, count):
        target = self._request()
        sources = self.env["crm.service.request"]
        for _number in range(count):
            sources += self._request()
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        sources._merge_into(target)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_what_cannot_be_merged(self):
        target, source = self._request(user=self.rita), self._request(user=self.rita)
        with self.assertRaises(UserError):
            target._merge_into(target)
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        foreign = self._request(user=self.rita, partner_id=other.id)
        foreign.message_subscribe(other.ids)
        with self.assertRaises(UserError):
            foreign._merge_into(target)
        source._merge_into(target)
        with self.assertRaises(UserError):
            source._merge_into(target)
        foreign._merge_into(target, different_customers=True)
        self.assertNotIn(other, target.message_partner_ids, "another customer reads nothing")

    def test_merge_wizard_keeps_the_oldest_open_request(self):
        first, second = self._request(user=self.rita), self._request(user=self.rita)
        wizard = (
            self.env["crm.service.request.merge"]
            .with_user(self.rita)
            .create({"request_ids": [Command.set((first + second).ids)]})
        )
        self.assertEqual(wizard.target_id, first)
        self.assertEqual(wizard.action_merge()["res_id"], first.id)
        self.assertEqual(second.merged_into_id, first)

    def test_employees_merge_nothing(self):
        first, second = self._request(), self._request()
        self.acme.user_id = self.emma
        with self.assertRaises(AccessError):
            second.with_user(self.emma)._merge_into(first.with_user(self.emma))
        with self.assertRaises(AccessError):
            self.env["crm.service.request.merge"].with_user(self.emma).create(
                {"request_ids": [Command.set((first + second).ids)]}
            )

    # Split

    def test_split_a_message_into_a_request_of_its_own(self):
        source = self._full(name="Two things")
        message = source.message_post(
            body="And the invoice is wrong",
            subtype_xmlid="mail.mt_comment",
            attachments=[("bill.txt", b"bill")],
        )
        wizard = (
            self.env["crm.service.request.split"]
            .with_user(self.rita)
            .with_context(
                **source.with_context(service_message_id=message.id).action_split()["context"]
            )
            .create({})
        )
        self.assertEqual(wizard.name, "And the invoice is wrong")
        wizard.type_id = self.env.ref(f"{MODULE}.type_billing")
        part = source.browse(wizard.action_split()["res_id"])
        self.assertEqual(part.partner_id, source.partner_id)
        self.assertIn("invoice is wrong", part.description)
        self.assertEqual(self._labels(part), {source.id: "Parent"})
        files = self.env["ir.attachment"].search(
            [("res_id", "=", part.id), ("res_model", "=", part._name)]
        )
        self.assertEqual(files.mapped("name"), ["bill.txt"])
        self.assertEqual(message.res_id, source.id, "the conversation stays")

    def test_messages_of_other_requests_are_not_taken_along(self):
        source, other = self._request(user=self.rita), self._request(user=self.rita)
        message = other.message_post(body="Not yours")
        wizard = (
            self.env["crm.service.request.split"]
            .with_user(self.rita)
            .create(
                {
                    "request_id": source.id,
                    "name": "x",
                    "source_message_ids": [Command.set(message.ids)],
                }
            )
        )
        part = source.browse(wizard.action_split()["res_id"])
        self.assertNotIn("Not yours", part.description or "")
