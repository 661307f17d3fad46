from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..report import contact_number_lookup, contact_number_sync
from ..tools import phone
from ..tools.person_data import PersonData

#: Key under which a transaction keeps the owners whose numbers are to be written at its end.
PENDING = "crm_customer_insight.numbers"
#: Owners compared in one go.
BATCH = 5000
#: What an installation does at once; the cron does the rest of a large database in the background.
FIRST_RUN = 20000


class CrmContactNumber(models.Model):
    """A telephone number of a contact or lead in E.164, findable in any writing (C360-1).

    Rows of origin ``phone`` follow the phone field of their owner: they are written at the end of
    the transaction in one batch, before each look-up, and by :meth:`_reconcile`.
    """

    _name = "crm.contact.number"
    _description = "Contact number"
    # By the contact's id, not his name: a look-up of a number needs no join. Lists sort by name.
    _order = "partner_id.id, sequence, id"
    _rec_name = "raw"
    _person_data = PersonData(
        merge="keep_best",
        key=("e164", "COALESCE(extension, '')"),
        where="e164 IS NOT NULL",
        order="origin = 'phone' DESC, sequence, id",
        erase="delete",
    )

    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="cascade", index="btree_not_null"
    )
    lead_id = fields.Many2one("crm.lead", ondelete="cascade", index="btree_not_null")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("main", "Main"),
            ("mobile", "Mobile"),
            ("direct", "Direct line"),
            ("switchboard", "Switchboard"),
            ("private", "Private"),
            ("fax", "Fax"),
            ("other", "Other"),
        ],
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    raw = fields.Char("Number", required=True, help="As it was typed; shown to people as it is.")
    e164 = fields.Char(
        "E.164",
        compute="_compute_e164",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="International form with its leading +, or empty when the number cannot be one.",
    )
    extension = fields.Char(
        compute="_compute_e164",
        store=True,
        precompute=True,
        help="Digits to dial behind the number; without a number, an internal number.",
    )
    region = fields.Char(
        "Read as",
        compute="_compute_e164",
        store=True,
        precompute=True,
        help="Country from whose point of view the number was read: the contact's, else that of "
        "his company, else ours.",
    )
    problem = fields.Selection(
        [
            ("anonymous", "No number"),
            ("internal", "Internal number"),
            ("unassigned", "Not in use as far as known"),
            ("too_short", "Digits are missing"),
            ("too_long", "Too many digits"),
            ("letters", "Not a number"),
            ("country", "Country unknown"),
        ],
        compute="_compute_e164",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    valid = fields.Boolean(compute="_compute_valid", help="The numbering plan knows the number.")
    origin = fields.Selection(
        [("phone", "Phone field"), ("manual", "Entered by hand"), ("import", "Imported")],
        default="manual",
        required=True,
        readonly=True,
        help="Numbers that come from the phone field follow it; the others are kept as entered.",
    )

    _one_owner = models.Constraint(
        "CHECK (num_nonnulls(partner_id, lead_id) = 1)",
        "A number belongs to either a contact or a lead.",
    )
    _partner_number_uniq = models.UniqueIndex(
        "(partner_id, e164, COALESCE(extension, ''), (origin = 'phone')) "
        "WHERE partner_id IS NOT NULL AND e164 IS NOT NULL",
        "This contact has the number already.",
    )
    _lead_number_uniq = models.UniqueIndex(
        "(lead_id, e164, COALESCE(extension, ''), (origin = 'phone')) "
        "WHERE lead_id IS NOT NULL AND e164 IS NOT NULL",
        "This lead has the number already.",
    )
    _internal_idx = models.Index("(extension) WHERE e164 IS NULL AND extension IS NOT NULL")

    @api.constrains("raw", "e164", "extension", "partner_id", "lead_id", "origin")
    def _check_not_twice(self):
        """Say which number is there twice, before the database refuses without its name."""
        found = self.search_fetch(
            [
                ("e164", "in", [number.e164 for number in self if number.e164]),
                "|",
                ("partner_id", "in", self.partner_id.ids),
                ("lead_id", "in", self.lead_id.ids),
            ],
            ["e164", "extension", "partner_id", "lead_id"],
        )
        seen = set()
        for number in found:
            key = (number.e164, number.extension, number.partner_id.id, number.lead_id.id)
            if key in seen:
                raise ValidationError(
                    self.env._(
                        "%(owner)s has the number %(number)s already, perhaps in another writing.",
                        owner=(number.partner_id or number.lead_id).display_name,
                        number=number.e164,
                    )
                )
            seen.add(key)

    @api.depends("raw", "partner_id", "lead_id")
    def _compute_e164(self):
        """Numbers read from their owner's country; a change of country comes by the batch."""
        regions = contact_number_sync.regions(self)
        for number in self:
            region = regions.get(number)
            parsed = phone.parse(number.raw, region)
            number.e164 = parsed.e164
            number.extension = parsed.extension
            number.problem = parsed.problem
            number.region = region

    @api.depends("raw")
    def _compute_kind(self):
        for number in self:
            if not number.kind:
                number.kind = contact_number_sync.row_kind(phone.parse(number.raw, number.region))

    @api.depends("problem")
    def _compute_valid(self):
        for number in self:
            number.valid = not number.problem

    @api.depends("raw", "partner_id", "lead_id")
    def _compute_display_name(self):
        for number in self:
            owner = (number.partner_id or number.lead_id).display_name
            number.display_name = f"{number.raw} ({owner})" if owner else number.raw or ""

    @api.ondelete(at_uninstall=False)
    def _unlink_except_phone_field(self):
        if not self.env.su and any(number.origin == "phone" for number in self):
            raise UserError(
                self.env._("This number comes from the phone field. Change or clear it there.")
            )

    def write(self, vals):
        if "raw" in vals and any(
            number.origin == "phone" and number.raw != vals["raw"] for number in self
        ):
            raise UserError(
                self.env._("This number comes from the phone field. Change or clear it there.")
            )
        return super().write(vals)

    # Merging contacts

    @api.model
    def _before_person_merge(self, sources, target):
        """The phone field keeps one number, so those of the other contacts stay as if entered by
        hand. Core takes the phone of the target, else that of the last source with one."""
        contacts = self.env["res.partner"].browse([*sources, target])
        followed = contacts.filtered(lambda contact: (contact.phone or "").strip())[-1:]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_contact_number SET origin = 'manual'
                    WHERE partner_id = ANY(%s) AND origin = 'phone' AND partner_id <> %s""",
                contacts.ids,
                followed.id or 0,
            )
        )

    # Keeping in step with the phone fields

    @api.model
    def _remember(self, owners, dependents=False):
        """Have the numbers of *owners* compared with their phone field at the end of the
        transaction, or before the next look-up. Costs no query.

        :param dependents: also contacts and leads that take their country from *owners*
        """
        ids = [owner_id for owner_id in owners._ids if owner_id]
        if not ids:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            # sudo: the rows follow the phone field whoever may write it
            precommit.add(self.sudo()._drain)
        pending = precommit.data.setdefault(PENDING, {})
        pending.setdefault((owners._name, dependents), set()).update(ids)

    @api.model
    def _drain(self):
        """Write what the transaction remembered."""
        pending = self.env.cr.precommit.data.get(PENDING)
        if not pending:
            return
        self.env.flush_all()
        owners = contact_number_sync.with_dependents(self.env, pending)
        pending.clear()
        for model, ids in owners.items():
            contact_number_sync.sync(self.env, model, ids)

    @api.model
    def _reconcile(self, limit=None):
        """Repair every difference between phone fields and numbers, set-based and in batches.

        :param limit: stop after about so many owners
        :return: how many owners were repaired
        """
        self.env.flush_all()
        done = 0
        for model in contact_number_sync.OWNERS:
            for ids in contact_number_sync.differences(self.env, model, BATCH):
                contact_number_sync.sync(self.env, model, ids)
                done += len(ids)
                if limit and done >= limit:
                    return done
        return done

    @api.model
    def _cron_reconcile(self):
        """As :meth:`_reconcile`, committing after each batch as long as the cron has time."""
        cron = self.env["ir.cron"]
        for model in contact_number_sync.OWNERS:
            for ids in contact_number_sync.differences(self.env, model, BATCH):
                contact_number_sync.sync(self.env, model, ids)
                if not cron._commit_progress(len(ids), remaining=len(ids)):
                    return
        cron._commit_progress(remaining=0)

    # Looking up

    @api.model
    @api.readonly
    def find_caller(self, raw, country_code=None, limit=20):
        """What the dialog "Find caller" shows: the number as understood and its candidates.

        :return: dict with ``e164``, ``extension``, ``problem``, ``problem_label``, ``candidates``
        :raise AccessError: for visitors who are no internal users
        """
        self.check_access("read")
        raw = raw if isinstance(raw, str) else ""
        country_code = country_code if isinstance(country_code, str) else None
        parsed = phone.parse(raw, self._lookup_region(country_code))
        labels = dict(self._fields["problem"]._description_selection(self.env))
        return {
            "e164": parsed.e164,
            "extension": parsed.extension,
            "problem": parsed.problem,
            "problem_label": labels.get(parsed.problem),
            "candidates": self._lookup(raw, country_code, limit),
        }

    @api.model
    def _lookup(self, raw, country=None, limit=20):
        """Candidates for a number in any writing, the likeliest caller first (C360-1).

        A fixed number of queries, one of them for the match. Only contacts and leads that the
        user may read are among the candidates. A short number finds internal numbers only.

        :param country: record or code of the country from which the number is written; ours if not
            given
        :return: list of dicts: ``partner_id``, ``lead_id``, ``number_id``, ``name``, ``number``,
            ``kind``, ``score``, ``reasons`` (codes) and ``reason_labels``; empty for callers who
            hide their number and for what is not a number
        """
        parsed = phone.parse(raw, self._lookup_region(country, raw))
        if not (parsed.e164 or parsed.extension):
            return []
        # sudo: numbers follow the phone field whoever looks them up
        self.sudo()._drain()
        matches = contact_number_lookup.match(self.env, parsed.e164, parsed.extension)
        if not matches:
            return []
        return contact_number_lookup.candidates(self.env, matches, parsed.extension, limit)

    @api.model
    def _lookup_region(self, country=None, raw=""):
        """Code of the country to read *raw* from; ours costs queries, and ``+`` needs none."""
        if isinstance(country, str):
            return country
        if not country and phone.names_its_country(raw):
            return None
        return (country or self.env.company.country_id).code
