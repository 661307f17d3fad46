from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData


class CrmServiceEducationTold(models.Model):
    """An owner who was mailed or trained by an education measure (SVC-E)."""

    _name = "crm.service.education.told"
    _description = "Owner told"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _person_data = PersonData(erase="blank", blank=("note",))

    education_id = fields.Many2one(
        "crm.service.education", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="education_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("mail", "Mail"), ("training", "Training")], "Told by", required=True, default="training"
    )
    date = fields.Datetime("Told on", required=True, default=fields.Datetime.now)
    people = fields.Integer(help="How many took part in the training.")
    note = fields.Char()
    article_url = fields.Char(compute="_compute_article_url")

    _people_positive = models.Constraint("CHECK(people >= 0)", "People cannot be negative.")

    @api.depends("education_id.article_id")
    def _compute_article_url(self):
        """Address of the article if everybody may read it, else empty."""
        pages = self.env["crm.service.help"]
        for told in self:
            article = told.education_id.article_id
            public = article.audience == "public" and article.state == "published"
            told.article_url = public and told.get_base_url() + pages._url(article)
