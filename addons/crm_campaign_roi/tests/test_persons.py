from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report import person_merge

from .common_campaign import MODULE
from .common_campaign_world import CampaignWorldCase
from .common_persons import PersonsMixin
from .common_waves import NOW, WaveCase

NAME, MAIL, PHONE = "Zelda Quixworth", "zelda.qx@hidden.example", "+33 1 23 45 99 37"
SECRETS = (NAME, "zelda.qx", "23 45 99 37", "123459937")
TEXTS = ("char", "text", "html", "json")


class PersonsCase(PersonsMixin, WaveCase):
    """The world of the waves with a task, and people who are merged and deleted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls._dangling(cls)
        cls.wave = cls._wave(
            "Task",
            method="task",
            channel_id=cls.env.ref("crm_customer_insight.crm_contact_channel_branch").id,
        )
        cls.campaign._fill_targets()


@tagged("post_install", "-at_install")
class TestPersonsMerged(PersonsCase):
    """Two contacts, or two leads, who turn out to be one person (C360-6, ROI-1)."""

    def test_two_targets_become_one_with_one_delivery(self):
        """Anna and Bert got the task; Anna is Bert: one target, one delivery, both responses."""
        self._start(self.wave)
        self._run(self.wave)
        self.assertEqual(self.wave.sent_count, 7)
        kinds = self.env["crm.campaign.response.kind"].search([], limit=2)
        for person, kind in zip(self.anna | self.bert, kinds, strict=True):
            self.env["crm.campaign.response"].create(
                {"campaign_id": self.campaign.id, "partner_id": person.id, "kind_id": kind.id}
            )
        first = self._targets(self.anna)
        self._merge(self.bert, self.anna)
        target = self._targets(self.anna)
        self.assertEqual(target, first)
        self.assertEqual(self.campaign.target_count, 6)
        row = self._row(self.wave, self.anna)
        self.assertEqual((row.state, row.target_id), ("sent", target))
        self.assertEqual(self.wave.sent_count, 6)
        responses = self.env["crm.campaign.response"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual((len(responses), responses.target_id), (2, target))
        self.assertEqual(self._dangling(), self.before)

    def test_what_went_out_stays_and_is_not_repeated(self):
        """Bert got the task, Anna is still to come: after the merge nobody is to come."""
        self._start(self.wave)
        self._run(self.wave)
        self.env.flush_all()
        self._row(self.wave, self.anna).write({"state": "planned", "res_id": False})
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna).state, "sent")
        tasks = self.env["mail.activity"].search_count([("summary", "=", "Spring")])
        self._run(self.wave)
        self.assertEqual(
            self.env["mail.activity"].search_count([("summary", "=", "Spring")]), tasks
        )

    def test_who_was_written_to_is_no_control_group(self):
        control, treated = self._targets(self.anna), self._targets(self.bert)
        control.arm = "control"
        self.env.flush_all()
        self._merge(self.bert, self.anna)
        self.assertEqual(self._targets(self.anna), treated)
        self.assertEqual(self._targets(self.anna).arm, "treated")

    def test_who_was_removed_by_hand_stays_removed(self):
        self._targets(self.bert).with_user(self.mara).action_remove()
        self._merge(self.bert, self.anna)
        self.assertEqual(self._targets(self.anna).state, "removed")

    def test_a_duplicate_of_whom_he_is_now_is_in(self):
        """Carl is a duplicate of Bert, Bert of Anna: both follow."""
        anna, bert, carl = (self._targets(one) for one in (self.anna, self.bert, self.carl))
        bert.write({"state": "duplicate", "kept_id": anna.id})
        carl.write({"state": "duplicate", "kept_id": bert.id})
        self.env.flush_all()
        self._merge(self.bert, self.anna)
        self.assertEqual((anna.state, anna.kept_id.id), ("in", False))
        self.assertEqual((carl.state, carl.kept_id), ("duplicate", anna))
        self.assertEqual(self._dangling(), self.before)

    def test_members_of_audiences_are_one(self):
        audience = self.campaign.audience_ids
        self._merge(self.bert, self.anna)
        self.assertEqual(len(audience.member_ids), 6)
        self.campaign._fill_targets()
        self.assertEqual(self.campaign.target_count, 6)

    def test_a_mail_that_went_out_just_before_is_not_sent_again(self):
        """The trace is noted and follows before the contact that got it is gone."""
        wave = self._wave("Mail")
        self._start(wave)
        self._run(wave)
        mailing = wave.mailing_ids.filtered(lambda one: one.mailing_model_real == "res.partner")
        self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.bert.id,
                "trace_type": "mail",
                "trace_status": "sent",
                "email": "bert@waves.example.com",
            }
        )
        self.assertEqual(self._row(wave, self.bert).state, "planned")
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(wave, self.anna).state, "sent")
        self.assertNotIn(self.anna.id, mailing._get_remaining_recipients())
        trace = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        self.assertEqual(trace.res_id, self.anna.id)

    def _answered(self, person, day, **values):
        """His answer by the link of his row, on a day of March."""
        form = self.env["crm.campaign.form"].search([("name", "=", values.get("form", "Fair"))])
        form = form or form.create(
            {"name": values.get("form", "Fair"), "campaign_id": self.campaign.id}
        )
        return self.env["crm.campaign.form.answer"].create(
            {
                "form_id": form.id,
                "delivery_id": self._row(self.wave, person).id,
                "date": f"2026-03-{day:02} 12:00:00",
            }
        )

    def test_of_two_answers_to_a_form_the_newest_is_his(self):
        """Anna answered on the 3rd, Bert on the 4th, and another form: her row stays, with his."""
        self._start(self.wave)
        self._run(self.wave)
        row = self._row(self.wave, self.anna)
        first, last = self._answered(self.anna, 3), self._answered(self.bert, 4)
        other = self._answered(self.bert, 3, form="Other")
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual((first.delivery_id.id, last.delivery_id, other.delivery_id),
                         (False, row, row))  # fmt: skip
        self.assertEqual(self._dangling(), self.before)

    def test_the_link_that_was_answered_goes_on(self):
        self._start(self.wave)
        self._run(self.wave)
        row = self._row(self.wave, self.bert)
        answer = self._answered(self.bert, 4)
        self._merge(self.bert, self.anna)
        self.assertEqual(self._row(self.wave, self.anna), row)
        self.assertEqual(answer.delivery_id, row)

    def test_handed_over_once(self):
        """One opportunity for each of the two: the first one is what he was given."""
        for person in self.anna | self.bert:
            self.env["crm.campaign.handover"].create(
                {
                    "campaign_id": self.campaign.id,
                    "target_id": self._targets(person).id,
                    "partner_id": person.id,
                    "kind": "lead",
                    "date": NOW,
                }
            )
        self._merge(self.bert, self.anna)
        found = self.env["crm.campaign.handover"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual((len(found), found.target_id), (1, self._targets(self.anna)))

    def test_merged_leads(self):
        """Leads without a contact, as Odoo merges them: one target, one delivery, one member."""
        second = self.lead.copy({"email_from": "gustav2@waves.example.com"})
        self.campaign.audience_ids.member_ids.create(
            {"audience_id": self.campaign.audience_ids.id, "lead_id": second.id}
        )
        self.campaign._fill_targets()
        self._start(self.wave)
        self._run(self.wave)
        self.assertEqual(self.wave.sent_count, 8)
        answers = self._answered(self.lead, 3) | self._answered(second, 4)
        head = (self.lead | second).merge_opportunity()
        self._settle()
        self.assertEqual(len(self._targets(head)), 1)
        self.assertEqual(self._row(self.wave, head).state, "sent")
        self.assertEqual(answers.mapped("delivery_id.id"), self._row(self.wave, head).ids)
        self.assertEqual(self.wave.sent_count, 7)
        self.assertEqual(len(self.campaign.audience_ids.member_ids.lead_id), 1)
        self.assertEqual(self._dangling(), self.before)


@tagged("post_install", "-at_install")
class TestPersonsDeleted(PersonsCase):
    """Whom Odoo lets delete is gone everywhere; figures of campaigns stay (ROI-2)."""

    def test_figures_of_a_campaign_stay(self):
        self._start(self.wave)
        self._run(self.wave)
        self.anna.unlink()
        self.lead.unlink()
        self._settle()
        self.assertEqual((self.campaign.target_count, self.wave.sent_count), (7, 7))
        nobody = self.campaign.target_ids.filtered(lambda one: not (one.partner_id or one.lead_id))
        self.assertEqual(len(nobody), 2)
        self.assertFalse([one for one in nobody if one.email_normalized or one.e164])
        self.assertEqual(self._dangling(), self.before)

    def test_what_was_to_come_goes_to_nobody(self):
        """The wave is not kept open by somebody who is gone, and his lead gets nothing."""
        lead = self.env["crm.lead"].create({"name": "Anna's pond", "partner_id": self.anna.id})
        self.env.flush_all()
        self._start(self.wave)
        self.wave._plan(NOW)
        row = self._row(self.wave, self.anna)
        row.lead_id = lead
        self.anna.unlink()
        self._settle()
        self.assertEqual((row.state, row.reason, row.lead_id.id), ("left_out", "archived", False))
        self._run(self.wave)
        self.assertEqual((self.wave.state, self.wave.sent_count), ("done", 6))

    def test_choosing_targets_again_counts_nobody_anew(self):
        self.anna.unlink()
        self._settle()
        self.campaign._fill_targets()
        self.assertEqual(self.campaign.target_count, 6)
        self.assertEqual(self._dangling(), self.before)

    def test_an_audience_in_use_is_kept(self):
        with self.assertRaisesRegex(Exception, "Spring"):
            self.campaign.audience_ids.unlink()
        draft = self._campaign("Later", audience_ids=self._members("Others", self.anna).ids)
        draft._fill_targets()
        draft.audience_ids.unlink()
        self._settle()
        self.assertEqual(draft.target_count, 1)
        self.assertEqual(self._dangling(), self.before)


@tagged("post_install", "-at_install")
class TestPersonsErased(CampaignWorldCase):
    """Nothing that a campaign holds tells who an erased person was (GDPR article 17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.write({"name": NAME, "email": MAIL, "phone": PHONE})
        cls.lead.write({"contact_name": NAME, "email_from": MAIL, "phone": PHONE, "name": NAME})
        cls.env["crm.contact.number"]._drain()
        cls.campaign._fill_targets()

    def tables(self):
        return [
            model
            for name, model in sorted(self.env.items())
            if (model._original_module or "").startswith(MODULE)
            and model._auto
            and not model._abstract
        ]

    def _tell(self):
        """``[(model, column, id)]`` of everything that still tells who she was."""
        self.env.flush_all()
        found = []
        for model in self.tables():
            for name, field in model._fields.items():
                if field.store and field.type in TEXTS and field.column_type:
                    rows = self.env.execute_query(
                        SQL(
                            "SELECT id FROM %s WHERE %s::text LIKE ANY(%s)",
                            SQL.identifier(model._table),
                            SQL.identifier(name),
                            [f"%{word}%" for word in SECRETS],
                        )
                    )
                    found += [(model._name, name, row_id) for (row_id,) in rows]
        return found

    def _plant(self):
        """Her name in every column of words that a declaration blanks, and beside."""
        for model in person_merge.tables(self.env):
            if (model._original_module or "").startswith(MODULE):
                for name in model._person_data.blank:
                    rows = model.search([("partner_id", "=", self.anna.id)])
                    self.env.flush_all()
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                            SQL.identifier(model._table),
                            SQL.identifier(name),
                            NAME,
                            rows.ids,
                        )
                    )
        message = {"subject": f"From {NAME}", "from": MAIL, "email_from": MAIL, "body": ""}
        lead = self.env["crm.lead"].create(
            {"name": f"From {NAME}", "email_from": MAIL, "partner_id": self.anna.id}
        )
        lead.with_context(
            campaign_link_how="answer", campaign_link_reason=message["subject"]
        ).campaign_id = self.campaign
        self.env["crm.campaign.audience.import"].create(
            {"name": "x", "filename": NAME, "reasons": f"1 × {NAME}"}
        )
        self.env["crm.competitor"].create({"partner_id": self.anna.id})
        self.env.invalidate_all()

    def test_nothing_tells_who_she_was(self):
        self._plant()
        told = {model for model, _name, _id in self._tell()}
        self.assertLessEqual(
            {
                "crm.campaign.target",
                "crm.campaign.response",
                "crm.campaign.link",
                "crm.campaign.audience.import",
                "crm.competitor",
            },
            told,
        )
        before = (self.campaign.target_count, len(self.campaign.response_ids))
        self.anna._erase_person()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._tell(), [])
        after = (self.campaign.target_count, len(self.campaign.response_ids))
        self.assertEqual(after, before)

    def test_letters_with_her_in_them_are_deleted(self):
        """PDF and merge file of her batch go, and the wave says so; other files stay."""
        wave = self.world["crm.campaign.wave"]
        with self._at(NOW):
            wave._run(NOW)
        files = [("res_model", "=", wave._name), ("res_id", "=", wave.id)]
        self.assertEqual(self.env["ir.attachment"].search_count(files), 2)
        other = self.env["ir.attachment"].create({"name": "plan.pdf", "res_model": wave._name,
            "res_id": wave.id, "raw": b"%PDF-1.7"})  # fmt: skip
        self.assertEqual(self._row(wave, self.anna).state, "sent")
        self.anna._erase_person()
        self.assertEqual(self.env["ir.attachment"].search(files), other)
        self.assertIn("Files to print were deleted", str(wave.message_ids[0].body))

    def test_addresses_of_her_mails_go(self):
        mailing = self.env["mailing.mailing"].create(
            {"subject": "x", "mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        trace = self.env["mailing.trace"].create(
            {
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.anna.id,
                "email": MAIL,
            }
        )
        self.env.flush_all()
        self.anna._erase_person()
        self.assertFalse(trace.email)

    def test_what_a_lead_answered_goes(self):
        """By the link of a lead that is no contact: with its address, or with another one."""
        self.lead.write({"email_from": "zelda.qx@own.example", "phone": False})
        self.campaign._fill_targets()
        wave = self._wave("Letter", method="letter")
        self._start(wave)
        wave._plan(NOW)
        row = self._row(wave, self.lead)
        self.assertFalse(row.partner_id)
        typed = {"name": "", "email": "", "phone": PHONE, "company": NAME, "message": NAME}
        answers = self.env["crm.campaign.form.answer"]
        for name, email in (("Fair", ""), ("Other", "zelda.qx@other.example")):
            form = self.env["crm.campaign.form"].create(
                {"name": name, "campaign_id": self.campaign.id}
            )
            answers |= answers._take(form, {**typed, "email": email}, row)
        self.assertEqual(
            answers.mapped("email_normalized"), ["zelda.qx@own.example", "zelda.qx@other.example"]
        )
        self.env["res.partner"]._erase_person(["zelda.qx@own.example"])
        self.env.invalidate_all()
        columns = ("name", "email_normalized", "phone", "company_name", "message")
        for answer in answers:
            self.assertFalse([name for name in columns if answer[name]])
        self.assertEqual(len(answers.exists()), 2)

    def test_every_declared_table_has_a_row_of_hers(self):
        for model in person_merge.tables(self.env):
            if (model._original_module or "") == MODULE:
                for column in model._person_data.person:
                    if model._name in ("crm.competitor", "crm.attribution.credit"):
                        continue  # others of the world
                    with self.subTest(model=model._name):
                        self.assertTrue(model.search(Domain(column, "!=", False), limit=1))
