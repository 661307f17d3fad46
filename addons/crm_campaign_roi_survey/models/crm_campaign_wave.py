from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.models.crm_campaign_wave_mail_mixin import BUTTON

#: Placeholder of the button to the recipient's own answer.
LINK = "survey"
#: What decides how an answer is rated.
RATING = {"rate_by", "rate_question_id", "rate_high", "rate_low"}


class CrmCampaignWave(models.Model):
    """Waves that ask the questions of a survey (ROI-1)."""

    _inherit = "crm.campaign.wave"

    method = fields.Selection(
        selection_add=[("survey", "Survey")], ondelete={"survey": "set default"}
    )
    survey_id = fields.Many2one(
        "survey.survey",
        index="btree_not_null",
        ondelete="restrict",
        copy=True,
        help="[[survey]] stands for the button that opens the recipient's own answer.",
    )
    survey_button = fields.Char(
        "Button of the survey", default=lambda self: self.env._("Start the survey"), translate=True
    )
    survey_days = fields.Integer("Days to answer", default=30, help="0: without a limit.")
    rate_by = fields.Selection(
        [("score", "Score of the survey"), ("question", "One question")],
        "Rated by",
        default="score",
        required=True,
    )
    rate_question_id = fields.Many2one(
        "survey.question",
        "Question",
        index="btree_not_null",
        ondelete="set null",
        domain="[('survey_id', '=', survey_id),"
        " ('question_type', 'in', ('scale', 'simple_choice'))]",
        help="A scale, or a choice whose answers have scores.",
    )
    rate_high = fields.Float("Satisfied from (%)", default=70.0)
    rate_low = fields.Float("Not satisfied up to (%)", default=40.0)

    _rate_range = models.Constraint(
        "CHECK(rate_low >= 0 AND rate_high <= 100 AND rate_low < rate_high)",
        "Percentages lie between 0 and 100, and nobody is satisfied and not satisfied at a time.",
    )
    _survey_days_positive = models.Constraint("CHECK(survey_days >= 0)", "Days are not negative.")

    @api.constrains("rate_question_id", "survey_id")
    def _check_rate_question_id(self):
        for wave in self.filtered("rate_question_id"):
            # sudo: what a survey asks is no secret to whoever chose its question
            if wave.rate_question_id.sudo().survey_id != wave.survey_id:
                raise ValidationError(self.env._("Choose a question of the survey."))

    @api.model
    def _mail_methods(self):
        return super()._mail_methods() | {"survey"}

    @api.model
    def _fixed_fields(self):
        """Answers that are on their way belong to the survey of then."""
        return super()._fixed_fields() | {"survey_id"}

    def write(self, vals):
        """Limits that change are applied to the answers that are there."""
        result = super().write(vals)
        if not RATING.isdisjoint(vals):
            self._rate_again()
        return result

    def _rate_again(self):
        """Let the ledger read the answers to these waves again."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE survey_user_input SET write_date = %s WHERE campaign_delivery_id IN (
                    SELECT id FROM crm_campaign_delivery WHERE wave_id = ANY(%s))
                """,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.env["survey.user_input"].invalidate_model(["write_date"])

    def _missing(self):
        missing = super()._missing()
        if self.method != "survey":
            return missing
        # sudo: whether a survey can be answered, whoever starts the wave
        survey = self.survey_id.sudo()
        if not survey:
            missing.append(self.env._("It names no survey."))
        elif not survey.active or not survey.question_ids:
            missing.append(self.env._("Its survey is closed or has no questions."))
        if self.rate_by == "question" and not self.rate_question_id:
            missing.append(self.env._("It names no question to rate by."))
        if not all(f"[[{LINK}]]" in str(text or "") for text in self._texts_with_places()):
            missing.append(
                self.env._("Its text has no link to the survey: write [[%s]] into it.", LINK)
            )
        return missing

    def _own_places(self):
        return super()._own_places() | ({LINK} if self.method == "survey" else set())

    def _places(self, model, res_ids, **context):
        """The link of each recipient to his own answer, which is made now if he has none."""
        texts = super()._places(model, res_ids, **context)
        if self.method != "survey":
            return texts
        rows = self._rows_of(model, res_ids)
        answers = self._survey_answers(rows.values())
        labels = self._survey_labels(model, res_ids)
        base, start = self.get_base_url(), self.survey_id.sudo().get_start_url()  # sudo: a link
        for res_id, found in texts.items():
            if self.env.context.get("campaign_preview"):
                found[LINK] = BUTTON.format(url=f"{base}{start}", label=labels[res_id])
            if res_id in rows:
                answer = answers[rows[res_id].id]
                url = f"{base}{start}?answer_token={answer.access_token}"
                found[LINK] = BUTTON.format(url=url, label=labels[res_id])
        return texts

    def _survey_labels(self, model, res_ids):
        """``{recipient id: text of the button in his language}``"""
        langs = self._langs_of(model, res_ids)
        labels = {
            lang: self.with_context(lang=lang or self.env.lang).survey_button
            for lang in set(langs.values())
        }
        return {
            res_id: labels[lang] or self.env._("Start the survey") for res_id, lang in langs.items()
        }

    def _survey_answers(self, rows):
        """``{row id: answer}``: the one that is there, or a new one, all in one batch.

        They are made in the transaction that makes the mails: a kill leaves both or none.
        """
        rows = list(rows)
        # sudo: answers are made for the recipients by whoever may send the wave
        answers = self.env["survey.user_input"].sudo()
        domain = [("campaign_delivery_id", "in", [row.id for row in rows])]
        found = {one.campaign_delivery_id.id: one for one in answers.search(domain)}
        new = [row for row in rows if row.id not in found]
        quiet = answers.with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True
        )
        made = quiet.create([self._survey_values(row) for row in new])
        return found | dict(zip([row.id for row in new], made, strict=True))

    def _survey_values(self, row):
        person = row.partner_id or row.lead_id
        name = row.partner_id.name or row.lead_id.contact_name or row.lead_id.partner_name
        survey = self.survey_id.sudo()  # sudo: its settings, whoever may send the wave
        values = {
            "survey_id": survey.id,
            "partner_id": row.partner_id.id,
            "email": person.email_normalized,
            "nickname": name,
            "deadline": self._survey_deadline(),
            "campaign_delivery_id": row.id,
        }
        if survey.is_attempts_limited:
            values["invite_token"] = self.env["survey.user_input"]._generate_invite_token()
        if survey.questions_selection == "all":
            questions = survey._prepare_user_input_predefined_questions()
            values["predefined_question_ids"] = [fields.Command.set(questions.ids)]
        return values

    def _survey_deadline(self):
        if not self.survey_days:
            return False
        return fields.Datetime.now() + timedelta(days=self.survey_days)
