"""Waves by letter, by a task for the salesperson, by a link (ROI-1)."""

import csv
import io

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestWavesMethods(WaveCase):
    def _files(self, wave):
        return self.env["ir.attachment"].search(
            [("res_model", "=", wave._name), ("res_id", "=", wave.id)], order="id"
        )

    def _merged(self, wave):
        file = self._files(wave).filtered(lambda file: file.mimetype == "text/csv")
        return list(csv.DictReader(io.StringIO(file.ensure_one().raw.decode("utf-8-sig"))))

    # -- letters -------------------------------------------------------------------------------

    def test_letters_come_as_a_print_and_a_merge_file(self):
        """Letters need no permission: Fritz gets one. The lead has no postal address."""
        wave = self._wave(method="letter", body_html='<p>Dear <t t-out="object.name"/></p>')
        self.assertEqual(wave.channel_id, self.letter)
        self._start(wave)
        self._run(wave)
        self.assertEqual(wave.sent_count, 6)
        self.assertEqual(self._row(wave, self.lead).reason, "no_address")
        pdf = self._files(wave).filtered(lambda file: file.mimetype != "text/csv")
        self.assertTrue(pdf.ensure_one().raw)
        self.assertEqual(set(self._rows(wave, "sent").mapped("res_id")), set(pdf.ids))
        lines = self._merged(wave)
        self.assertEqual([line["Name"] for line in lines], self.people.mapped("name"))
        self.assertEqual(lines[0]["Street"], "Anna street 1")
        self.assertEqual(lines[0]["City"], "Berlin")
        self.assertEqual(lines[0]["Subject"], "Spring")
        self.assertIn("Dear Anna", lines[0]["Text"])
        # six letters of 1.50
        self.assertAlmostEqual(sum(self._rows(wave, "sent").mapped("cost")), 9.0)
        self.assertEqual((wave.state, wave.file_count), ("done", 2))

    def test_letters_are_made_once(self):
        wave = self._wave(method="letter")
        self._start(wave)
        self._run(wave)
        self.assertTrue(wave.sudo()._make_letters(NOW + DAY))
        self.assertEqual(len(self._files(wave)), 2)

    def test_a_printer_that_fails_leaves_nobody_sent(self):
        wave = self._wave(method="letter")
        self._start(wave)

        def fail(*args, **kwargs):
            raise UserError(self.env._("No printer"))

        self.patch(type(self.env["ir.actions.report"]), "_render_qweb_pdf", fail)
        with self.assertRaisesRegex(UserError, "No printer"):
            self._run(wave)
        self.assertFalse(self._rows(wave, "sent"))
        self.assertFalse(self._files(wave))

    def test_letters_are_touches_that_cost(self):
        wave = self._wave(method="letter")
        self._start(wave)
        self._run(wave)
        touches = self.env["crm.touchpoint"].sudo()
        touches._fill(["campaign_letter"])
        found = touches.search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(found.partner_id, self.people)
        self.assertEqual(found.channel_id, self.letter)
        self.assertEqual(set(found.mapped("direction")), {"out"})
        self.assertAlmostEqual(sum(found.mapped("cost")), 9.0)

    # -- tasks ---------------------------------------------------------------------------------

    def _task_wave(self, **values):
        return self._wave(method="task", channel_id=self.letter.id, **values)

    def test_tasks_go_to_the_salesperson(self):
        """Anna's own, Bert's company's, nobody's: the responsible of the wave."""
        company = self.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "user_id": self.max.id}
        )
        self.anna.user_id = self.sam
        self.bert.parent_id = company
        wave = self._task_wave(subject="Call {{ object.name }}")
        self._start(wave)
        self._run(wave)
        rows = {person: self._row(wave, person) for person in self.people}
        self.assertEqual({row.res_model for row in rows.values()}, {"mail.activity"})
        tasks = {
            person: self.env["mail.activity"].browse(row.res_id) for person, row in rows.items()
        }
        self.assertEqual(tasks[self.anna].user_id, self.sam)
        self.assertEqual(tasks[self.bert].user_id, self.max)
        self.assertEqual(tasks[self.carl].user_id, self.mara)
        self.assertEqual(tasks[self.anna].res_id, self.anna.id)
        self.assertEqual(tasks[self.anna].summary, "Call Anna")
        self.assertEqual(wave.state, "done")

    def test_a_task_is_made_once(self):
        wave = self._task_wave()
        self._start(wave)
        self._run(wave)
        self.assertTrue(wave.sudo()._make_tasks(NOW + DAY))
        tasks = self.env["mail.activity"].search_count(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.people.ids)]
        )
        self.assertEqual(tasks, 6)

    def test_without_anybody_to_do_it_it_is_left_out(self):
        wave = self._task_wave(user_id=False)
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        self.assertEqual((row.state, row.reason), ("left_out", "nobody"))

    # -- links ---------------------------------------------------------------------------------

    def test_a_link_carries_the_marks_of_the_campaign(self):
        wave = self._wave(method="link", url="https://example.com/spring")
        self._start(wave)
        self._run(wave)
        self.assertEqual(wave.link_id.campaign_id, self.campaign)
        self.assertIn("Invitation", wave.link_id.source_id.name)
        self.assertIn("utm_campaign=", wave.link_id.redirected_url)
        self.assertTrue(wave.short_url)
        self.assertFalse(wave.delivery_ids)
        self.assertEqual(wave.state, "running", "it is open until somebody ends it")

    def test_a_link_needs_an_address(self):
        wave = self._wave(method="link")
        with self.assertRaisesRegex(UserError, "no address"):
            self._start(wave)
