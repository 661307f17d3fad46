from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_waves import NOW, WaveCase

#: What nothing is added to when somebody looks.
KEPT = ("mail.mail", "mail.message", "mailing.mailing", "mailing.trace", "link.tracker")


@tagged("post_install", "-at_install")
class TestPreview(WaveCase):
    """ROI-1: before a wave starts, what one person would get is shown as he would get it.

    Anna is in Germany and gets the block about the fair there, Bert gets the other one.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        germany = cls.env.ref("base.de")
        cls.anna.country_id = germany
        german = {"fact": "country", "operator": "in", "value": germany.ids}
        cls.blocks = [
            Command.create(
                {
                    "name": "offer",
                    "sequence": 1,
                    "body_html": "<b>Meet us in Berlin</b>",
                    "conditions": {"operator": "and", "conditions": [german]},
                }
            ),
            Command.create({"name": "offer", "sequence": 2, "body_html": "<b>Order by mail</b>"}),
        ]
        cls.campaign._fill_targets()
        cls.wave = cls._with_blocks("Invitation")

    @classmethod
    def _with_blocks(cls, name, **values):
        return cls._wave(
            name,
            **{
                "subject": "{{ object.name }}, it is spring",
                "body_html": '<div>Dear <t t-out="object.name">you</t>: [[offer]].</div>',
                "block_ids": cls.blocks,
                **values,
            },
        )

    def _simulated(self, wave, *people):
        with self._at(NOW):
            wave.with_user(self.mara).action_simulate()
        return [self._row(wave, person).with_user(self.mara) for person in people]

    def _shown(self, row):
        return (row.preview_to, row.preview_subject, str(row.preview_text))

    def test_two_persons_get_different_blocks(self):
        anna, bert = self._simulated(self.wave, self.anna, self.bert)
        self.assertEqual(
            self._shown(anna),
            (
                "anna@waves.example.com",
                "Anna, it is spring",
                "<div>Dear Anna: <b>Meet us in Berlin</b>.</div>",
            ),
        )
        self.assertEqual(
            self._shown(bert),
            (
                "bert@waves.example.com",
                "Bert, it is spring",
                "<div>Dear Bert: <b>Order by mail</b>.</div>",
            ),
        )

    def test_a_letter_goes_to_the_street(self):
        """The lead has no street in his address, so his letter says where it would go without."""
        letter = self._with_blocks("Letter", method="letter")
        anna, lead = self._simulated(letter, self.anna, self.lead)
        self.assertEqual(
            self._shown(anna),
            (
                "Anna street 1, Berlin, Germany",
                "Anna, it is spring",
                "<div>Dear Anna: <b>Meet us in Berlin</b>.</div>",
            ),
        )
        self.assertEqual((lead.state, lead.preview_to), ("left_out", "Gustav"))

    def test_a_variant_has_its_own_text_and_the_subject_of_the_wave(self):
        self.campaign.target_ids.filtered(
            lambda target: target.partner_id == self.anna
        ).variant = "B"
        wave = self._with_blocks(
            "Variants",
            content_ids=[Command.create({"variant": "B", "body_html": "<div>Hi: [[offer]]</div>"})],
        )
        [anna] = self._simulated(wave, self.anna)
        self.assertEqual(anna.preview_subject, "Anna, it is spring")
        self.assertEqual(str(anna.preview_text), "<div>Hi: <b>Meet us in Berlin</b></div>")

    def test_the_link_to_a_form_is_that_of_everybody(self):
        """Whoever looks at a text could answer for its recipient otherwise."""
        form = self.env["crm.campaign.form"].create(
            {"name": "Fair", "campaign_id": self.campaign.id}
        )
        wave = self._wave("Form", form_id=form.id, body_html="<div>[[form]]</div>")
        [anna] = self._simulated(wave, self.anna)
        label = form.button or form.name
        self.assertEqual(str(anna.preview_text), f'<div><a href="{form.url}">{label}</a></div>')

    def test_a_lead_is_spoken_to_by_the_name_of_its_contact(self):
        """The name of the record is the title of a deal; names are text, whatever they hold."""
        self.anna.name = "Anna <b>& Co</b> [[offer]]"
        wave = self._wave("Letter", method="letter", body_html="<p>Dear [[name]],</p>")
        anna, lead = self._simulated(wave, self.anna, self.lead)
        self.assertEqual(str(lead.preview_text), "<p>Dear Gustav,</p>")
        shown = "<p>Dear Anna &lt;b&gt;&amp; Co&lt;/b&gt; [[offer]],</p>"
        self.assertEqual(str(anna.preview_text), shown)
        self.assertEqual(lead.display_name, "Letter: Pond")

    def test_nothing_is_stored_and_nobody_is_written_to(self):
        [anna] = self._simulated(self.wave, self.anna)
        self.env.flush_all()
        before = {name: self.env[name].sudo().search_count([]) for name in KEPT}
        action = anna.action_preview()
        [shown] = (
            self.env[action["res_model"]]
            .with_user(self.mara)
            .browse(action["res_id"])
            .read(["preview_text"])
        )
        self.assertIn("Meet us in Berlin", shown["preview_text"])
        self.env.flush_all()
        self.assertEqual({name: self.env[name].sudo().search_count([]) for name in KEPT}, before)
        fields = self.env["crm.campaign.delivery"]._fields
        self.assertFalse(any(fields[name].store for name in fields if name.startswith("preview")))
        self.assertEqual((anna.state, self.wave.state), ("planned", "draft"))

    def test_marketers_look_others_do_not(self):
        """Sam sells to Anna and may see her row; cara controls."""
        self.anna.user_id = self.sam
        [anna] = self._simulated(self.wave, self.anna)
        for user in (self.sam, self.cara, self.emma):
            with self.assertRaises(AccessError):
                anna.with_user(user).action_preview()
            with self.assertRaises(AccessError):
                anna.with_user(user).read(["preview_text"])

    def test_a_person_of_another_company_is_not_shown(self):
        [anna] = self._simulated(self.wave, self.anna)
        self.anna.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.invalidate_all()
        for call in (anna.action_preview, lambda: anna.read(["preview_text"])):
            with self.assertRaises(AccessError):
                call()

    def test_what_went_out_is_not_guessed_at(self):
        letter = self._with_blocks("Letter", method="letter")
        self._start(letter)
        self._run(letter)
        anna = self._row(letter, self.anna)
        self.assertEqual(anna.state, "sent")
        with self.assertRaisesRegex(UserError, "It went out"):
            anna.with_user(self.mara).action_preview()
