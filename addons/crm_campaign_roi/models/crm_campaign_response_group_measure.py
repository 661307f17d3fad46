from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report import campaign_handover as handover
from ..report import campaign_responses as sql
from ..tools.distribution import Person

#: Records are made in batches of so many.
BATCH = 1000
CLOSED = ("settled", "cancelled")
#: What a new opportunity takes from the closed lead of somebody who is no contact.
WHO = (
    "partner_name", "contact_name", "email_from", "phone", "function", "website", "lang_id",
    "street", "street2", "zip", "city", "state_id", "country_id",
)  # fmt: skip


class CrmCampaignResponseGroup(models.Model):
    """What a response group turns into: opportunities, tasks, letters, a sub-campaign (ROI-1)."""

    _inherit = "crm.campaign.response.group"

    def _check_measure(self):
        self.ensure_one()
        self.env["utm.campaign"]._check_marketer()
        self.check_access("read")
        if self.campaign_id.phase in CLOSED:
            raise UserError(self.env._("The campaign is closed: nothing follows any more."))

    def _without_document(self, kind):
        """How many members nothing of *kind* can be made of: no contact, a lead that is gone."""
        self.env.flush_all()
        members = sql.members(self, fields.Datetime.now())
        ((count,),) = self.env.execute_query(handover.without_document(kind, members))
        return count

    # -- opportunities -------------------------------------------------------------------------

    def _make_leads(self, distribution):
        """An opportunity for each member who was given none by this campaign yet.

        Members who are leads themselves, and those with an open lead of the campaign, keep
        theirs: it becomes an opportunity and gets a salesperson if it has none, or one who left.
        Who is a lead that was won, lost or archived gets a new opportunity with its address.

        :return: the opportunities, made or kept
        """
        self._check_measure()
        members = self._hand_over("lead")
        given = distribution._give([member.person for member in members])
        # sudo: marketers have no right to write opportunities; the role was asked above
        leads = self.env["crm.lead"].sudo()
        kept = [member for member in members if member.lead_id]
        self._keep_leads(leads, kept, given)
        made = self._create_leads(leads, [m for m in members if not m.lead_id], given)
        found = {member.target_id: member.lead_id for member in kept} | made
        self.env.cr.execute(handover.note(self, "lead", found, made, given))
        self.env["crm.campaign.handover"].invalidate_model()
        return self.env["crm.lead"].browse(found.values())

    def _hand_over(self, kind):
        """Note who is handed over; list of the members of whom this is new.

        Two people at once hand nobody over twice: the unique index decides.
        """
        self.env.flush_all()
        members = sql.members(self, fields.Datetime.now())
        new = self.env.execute_query(handover.claim(self, kind, members))
        targets = [target for (target,) in new]
        rows = self.env.execute_query(handover.details(self, targets)) if targets else []
        return [Member(*row) for row in rows]

    def _create_leads(self, leads, members, given):
        """``{target id: lead id}`` of new opportunities, in batches."""
        common = self._lead_values()
        made = {}
        quiet = leads.with_context(mail_create_nosubscribe=True, tracking_disable=True)
        quiet = quiet.with_context(campaign_link_reason=self.name)
        for start in range(0, len(members), BATCH):
            part = members[start : start + BATCH]
            who = self._who_they_are(leads, part)
            found = quiet.create(
                [{**common, **who.get(m.target_id, {}), **self._lead_of(m, given)} for m in part]
            )
            made.update(zip([m.target_id for m in part], found.ids, strict=True))
        return made

    def _who_they_are(self, leads, members):
        """``{target id: name and address}`` of those who are a closed lead and no contact."""
        own = {m.target_id: m.own_lead for m in members if m.own_lead and not m.partner_id}
        rows = leads.browse(own.values()).read(WHO, load=None)
        values = {row.pop("id"): row for row in rows}
        return {target: values[lead] for target, lead in own.items()}

    def _lead_values(self):
        """What all opportunities of the group say: where they come from (campaign, source)."""
        campaign = self.campaign_id
        name = f"{campaign.title}: {self.wave_id.name}" if self.wave_id else campaign.title
        # sudo: sources are made by whoever needs one, as Odoo's own leads do
        source = self.env["utm.mixin"].sudo()._find_or_create_record("utm.source", name)
        return {
            "type": "opportunity",
            "campaign_id": campaign.id,
            "source_id": source.id,
            "medium_id": self._medium().id,
            "team_id": campaign.team_id.id,
            "company_id": campaign.company_id.id,
        }

    def _medium(self):
        """The medium linked to the channel of the wave."""
        return self.wave_id.channel_id.medium_id

    def _lead_of(self, member, given):
        return {
            "name": f"{self.campaign_id.title}: {member.name}",
            "partner_id": member.partner_id,
            "user_id": given[member.target_id] or False,
        }

    def _keep_leads(self, leads, members, given):
        """Leads that are there become opportunities; nobody's salesperson or campaign changes."""
        kept = leads.browse(member.lead_id for member in members)
        kept = kept.with_context(campaign_link_reason=self.name)
        kept.filtered(lambda lead: lead.type == "lead").type = "opportunity"
        kept.filtered(lambda lead: not lead.campaign_id).campaign_id = self.campaign_id
        free = {m.lead_id: given[m.target_id] for m in members}
        waiting = kept.filtered(lambda lead: not lead.user_id.active)
        for user, part in waiting.grouped(lambda lead: free[lead.id]).items():
            part.user_id = user

    # -- tasks ---------------------------------------------------------------------------------

    def _make_activities(self, distribution, activity_type, summary, days, note=False):
        """A task about each member of whom this group has made none yet.

        :param distribution: rule; without one the member's salesperson, else whoever is
            responsible for the wave or the campaign
        :param days: until when, from today on
        :return: the activities
        """
        self._check_measure()
        members = self._hand_over("activity")
        given = self._who_does(members, distribution)
        common = {
            "activity_type_id": activity_type.id,
            "summary": summary,
            "note": note,
            "date_deadline": fields.Date.add(fields.Date.context_today(self), days=days),
        }
        # sudo: the person may be another one's customer; the role was asked above
        activities = self.env["mail.activity"].sudo()
        quiet = activities.with_context(mail_activity_quick_update=True)
        models_ = {name: self.env["ir.model"]._get_id(name) for name in ("res.partner", "crm.lead")}
        for start in range(0, len(members), BATCH):
            activities |= quiet.create(
                [
                    {**common, **member.document(models_), "user_id": given[member.target_id]}
                    for member in members[start : start + BATCH]
                ]
            )
        self.env.cr.execute(handover.note(self, "activity", {}, {}, given))
        self.env["crm.campaign.handover"].invalidate_model()
        return activities

    def _who_does(self, members, distribution):
        persons = [member.person for member in members]
        given = distribution._give(persons) if distribution else {}
        users = self.wave_id.user_id | self.campaign_id.user_id | self.env.user
        default = users.filtered("active")[:1]
        return {
            person.key: given.get(person.key) or person.owner or default.id for person in persons
        }

    # -- letters, sub-campaigns ----------------------------------------------------------------

    def _make_wave(self, method, name):
        """A wave of *method* to the group, as a draft."""
        self._check_measure()
        return self.env["crm.campaign.wave"].create(
            {
                "name": name,
                "campaign_id": self.campaign_id.id,
                "method": method,
                "response_group_id": self.id,
                "wait_days": self.within_days,
                "sequence": self.wave_id.sequence + 10,
            }
        )

    def _make_campaign(self, title):
        """A sub-campaign for those who are in the group today, as a fixed audience."""
        self._check_measure()
        campaign = self.campaign_id
        audience = self.env["crm.campaign.audience"].create(
            {
                "name": title,
                "source": "members",
                "company_id": (campaign.company_id or self.env.company).id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_campaign_audience_member (audience_id, partner_id, lead_id)
                SELECT %s, m.partner_id, m.lead_id FROM (%s) m ON CONFLICT DO NOTHING
                """,
                audience.id,
                self._members_sql(),
            )
        )
        audience.write({"mode": "fixed", "fixed_on": fields.Datetime.now()})
        self.env["crm.campaign.audience.member"].invalidate_model()
        audience.invalidate_recordset()
        return self.env["utm.campaign"].create(
            {
                "title": title,
                "parent_id": campaign.id,
                "kind_id": campaign.kind_id.id,
                "purpose_id": campaign.purpose_id.id,
                "company_id": campaign.company_id.id,
                "team_id": campaign.team_id.id,
                "user_id": campaign.user_id.id or self.env.uid,
                "audience_ids": audience.ids,
            }
        )


class Member:
    """A member of a group who is handed over."""

    def __init__(self, target_id, partner_id, lead_id, own_lead, name, *person):
        self.target_id, self.partner_id, self.lead_id, self.own_lead, self.name = (
            target_id, partner_id, lead_id, own_lead, name,
        )  # fmt: skip
        self.person = Person(target_id, *person)

    def document(self, models_):
        """The record that a task is about: the contact, else the lead, also a won one."""
        name = "res.partner" if self.partner_id else "crm.lead"
        record = self.partner_id or self.lead_id or self.own_lead
        return {"res_model_id": models_[name], "res_id": record}
