from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report import person_merge

from ..report.request_erasure import MACHINE_WORDS, WORDS
from .common_service import MODULE
from .common_world import WorldCase

NAME, MAIL, PHONE = "Zelda Quixworth", "zelda.qx@hidden.example", "+33 1 23 45 99 37"
SECRETS = (NAME, "zelda.qx", "23 45 99 37", "123459937")
TEXTS = ("char", "text", "html", "properties", "json")
#: What hangs on a person without naming him; rows of these say something about his requests.
OWNERS = {
    "crm.customer.asset",
    "crm.feedback.answer",
    "crm.service.approval",
    "crm.service.complaint",
    "crm.service.request",
}
# Columns that stay, and why. Requests lose theirs by ``_erase_requests``.
NUMBERS = "drawn by us; figures and the archive go by it"
MACHINE = "what the machine is; another owner has it next"
KNOWLEDGE = "made from a request without its customer, and reviewed by somebody else"
TECHNICAL = "written by the program, of values of ours"
KEPT = {
    ("crm.customer.asset", "number"): NUMBERS,
    ("crm.customer.asset", "name"): MACHINE,
    ("crm.customer.asset", "model"): MACHINE,
    ("crm.customer.asset", "serial"): MACHINE,
    ("crm.customer.asset", "asset_properties"): MACHINE,
    ("crm.customer.asset", "parent_path"): TECHNICAL,
    ("crm.customer.asset.maintenance", "name"): MACHINE,
    ("crm.customer.asset.meter", "name"): MACHINE,
    ("crm.customer.asset.meter", "unit"): MACHINE,
    ("crm.customer.asset.plan", "name"): MACHINE,
    ("crm.customer.asset.warranty", "name"): MACHINE,
    ("crm.feedback.answer", "lang"): TECHNICAL,
    ("crm.service.approval", "on_approved"): TECHNICAL,
    ("crm.service.approval.step", "name"): TECHNICAL,
    ("crm.service.article", "name"): KNOWLEDGE,
    ("crm.service.article", "body"): KNOWLEDGE,
    ("crm.service.article", "body_text"): KNOWLEDGE,
    ("crm.service.article", "keywords"): KNOWLEDGE,
    ("crm.service.collection", "number"): NUMBERS,
    ("crm.service.complaint", "number"): NUMBERS,
    ("crm.service.complaint", "voucher_code"): NUMBERS,
    ("crm.service.complaint.log", "what"): TECHNICAL,
    ("crm.service.complaint.log", "field"): TECHNICAL,
    ("crm.service.complaint.step", "required"): TECHNICAL,
    ("crm.service.request", "access_token"): TECHNICAL,
    ("crm.service.request", "assign_reason"): TECHNICAL,
    ("crm.service.request", "external_reference"): NUMBERS,
    ("crm.service.request", "number"): NUMBERS,
    ("crm.service.sla.timer", "tz"): TECHNICAL,
    ("crm.service.sla.timer", "customer_tier"): TECHNICAL,
}


@tagged("post_install", "-at_install")
class TestServicePerson(WorldCase):
    """Merge and erasure (GDPR articles 15 and 17) through all tables of the service."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.write({"name": NAME, "email": MAIL, "phone": PHONE})
        cls.world = cls._world()
        cls.request = cls.world["crm.service.request"]
        cls._rows_beside(cls.request, cls.world["crm.customer.asset"])

    @classmethod
    def _rows_beside(cls, request, asset):
        """A row of each table about a request or a machine that the world has not yet."""
        request.with_user(cls.rita).squad_invite(cls.emma.ids, "helper", None, "Help")
        task = request.with_user(cls.rita).squad_create_task("Look", cls.rita.id)
        request.with_user(cls.emma).squad_join()
        request.with_user(cls.rita).squad_hand_over(task, cls.emma.id, "Hers now")
        request.with_user(cls.rita).log_minutes(5, "Called")
        meter = cls.env["crm.customer.asset.meter"].create({"asset_id": asset.id, "name": "Hours"})
        cls.env["crm.customer.asset.reading"].create({"meter_id": meter.id, "value": 5})
        cls.env["crm.customer.asset.maintenance"].create({"asset_id": asset.id, "name": "Oil"})
        asset.write({"partner_id": cls.anna.id, "dealer_id": cls.anna.id, "site_id": cls.anna.id})
        asset.custodian_id = cls.anna
        request.dealer_id = cls.anna
        cls.env.flush_all()

    # Which tables and columns

    def tables(self):
        """Tables of the service with rows about a person or his requests."""
        return [
            model
            for name, model in sorted(self.env.items())
            if model._original_module == MODULE
            and model._auto
            and not (model._abstract or model._transient)
            and (
                getattr(model, "_person_data", None)
                or any(
                    field.store and field.type == "many2one" and field.comodel_name in OWNERS
                    for field in model._fields.values()
                )
            )
        ]

    def text_columns(self, model):
        return [
            name
            for name, field in model._fields.items()
            if field.store and field.type in TEXTS and not field.translate
        ]

    def erased_columns(self, model):
        data = getattr(model, "_person_data", None)
        by_request = WORDS.get(model._name, ("", ()))[1]
        by_machine = MACHINE_WORDS.get(model._name, ())
        return {*(data.blank if data else ()), *by_request, *by_machine}

    def test_every_column_of_words_is_erased_or_kept_for_a_reason(self):
        request = {"name", "request_properties", "tone_words"}
        undecided = [
            (model._name, name)
            for model in self.tables()
            if getattr(getattr(model, "_person_data", None), "erase", "") != "delete"
            for name in self.text_columns(model)
            if name not in self.erased_columns(model)
            and (model._name, name) not in KEPT
            and not (model._name == "crm.service.request" and name in request)
        ]
        self.assertEqual(undecided, [])

    def test_the_world_has_a_row_of_every_declared_column(self):
        for model in person_merge.tables(self.env):
            if model._original_module == MODULE and not model._transient:
                for column in model._person_data.person:
                    with self.subTest(model=model._name, column=column):
                        self.assertTrue(model.search([(column, "=", self.anna.id)], limit=1))

    # Erasure

    def plant(self):
        """Write the name into all words that an erasure takes, in every row there is."""
        for model in self.tables():
            columns = self.erased_columns(model) - {"email_normalized"}
            if columns:
                new = [SQL("%s = %s", SQL.identifier(name), NAME) for name in columns]
                table = SQL.identifier(model._table)
                self.cr.execute(SQL("UPDATE %s SET %s", table, SQL(", ").join(new)))
                self.assertTrue(self.cr.rowcount, f"{model._name} has no row to erase")
        self.request.write({"name": f"Pump of {NAME}", "email_from": MAIL, "phone": PHONE})
        self.request.message_post(body=f"{NAME} called", message_type="comment")
        self.env["project.task"].search([("service_request_id", "=", self.request.id)]).write(
            {"name": f"Call {NAME}", "description": PHONE}
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def found(self):
        """``(table, column)`` of the service, its tasks and conversations with a secret in it."""
        self.cr.execute(
            r"""SELECT table_name, column_name FROM information_schema.columns
                 WHERE table_schema = current_schema() AND data_type IN
                       ('character varying', 'text', 'jsonb')
                   AND (table_name LIKE 'crm\_service\_%' OR table_name LIKE 'crm\_feedback\_%'
                        OR table_name LIKE 'crm\_customer\_asset%' OR table_name IN (
                        'crm_touchpoint', 'crm_contact_number', 'project_task', 'mail_message',
                        'mail_tracking_value', 'mail_activity', 'res_partner'))"""
        )
        hits = set()
        for table, column in self.cr.fetchall():
            patterns = [f"%{secret}%" for secret in SECRETS]
            self.cr.execute(
                SQL(
                    "SELECT 1 FROM %s WHERE %s::text ILIKE ANY(%s) LIMIT 1",
                    SQL.identifier(table), SQL.identifier(column), patterns,
                )
            )  # fmt: skip
            if self.cr.fetchone():
                hits.add((table, column))
        return hits

    def erase(self, partner, **values):
        self.env.flush_all()
        partner._erase_person(**values)
        self.env.flush_all()
        self.cr.precommit.run()
        self.env.invalidate_all()

    def test_no_word_of_an_erased_person_is_left_anywhere(self):
        request, answer = self.request, self.world["crm.feedback.answer"]
        complaint = self.world["crm.service.complaint"]
        request.partner_id = answer.request_id.partner_id = self.anna
        before = (request.number, request.date_open, answer.score, complaint.number)
        self.plant()
        self.assertGreater(len(self.found()), 40)
        self.erase(self.anna)
        self.assertEqual(self.found(), set())
        after = (request.number, request.date_open, answer.score, complaint.number)
        self.assertEqual(after, before)

    def test_no_word_of_somebody_known_by_address_alone_is_left(self):
        """Requests and collections without log-in: there is no contact to find them by."""
        stranger = self._request(partner_id=False, email_from=f"Someone <{MAIL}>", name="Mine")
        collection = self._collection(stranger)
        collection.write({"partner_id": False, "contact_name": NAME, "phone": PHONE})
        other = self._request(partner_id=self.acme.id, name="Other")
        other_work = self.env["crm.service.effort"].create(
            {"request_id": other.id, "minutes": 1, "name": "Called"}
        )
        self.erase(self.env["res.partner"], emails=[MAIL])
        gone = (collection.contact_name, collection.phone, collection.address, stranger.email_from)
        self.assertEqual(gone, (False,) * 4)
        self.assertEqual((other.name, other_work.name), ("Other", "Called"))

    # Merge

    def references(self, partner):
        """``{(table, column): rows}`` of the service that name a contact, of all columns."""
        rows = {}
        for model in self.tables():
            for name, field in model._fields.items():
                if field.store and field.type == "many2one" and field.comodel_name == "res.partner":
                    column, table = SQL.identifier(name), SQL.identifier(model._table)
                    query = SQL("SELECT count(*) FROM %s WHERE %s = %s", table, column, partner.id)
                    [[count]] = self.env.execute_query(query)
                    rows[model._name, name] = count
        return {key: count for key, count in rows.items() if count}

    def test_merging_two_contacts_moves_every_row(self):
        target = self.env["res.partner"].create({"name": "Z. Quixworth", "parent_id": self.acme.id})
        before = self.references(self.anna)
        self.assertGreater(len(before), 12)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.anna | target).ids, target)
        self.env.flush_all()
        self.cr.precommit.run()
        self.assertEqual(self.references(self.anna), {})
        after = self.references(target)
        self.assertEqual({key: after[key] for key in before}, before)
