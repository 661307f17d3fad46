import base64

from odoo import Command
from odoo.fields import Date
from odoo.tests import new_test_user

from .common_campaign import MODULE
from .common_waves import NOW, WaveCase

GROUP = f"{MODULE}.group_campaign_"
#: Group of each role; the visitor is the website's public user.
ROLES = {
    "visitor": None,
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "own_sales": "sales_team.group_sale_salesman",
    "all_sales": "sales_team.group_sale_salesman_all_leads",
    "head_sales": "sales_team.group_sale_manager",
    "planner": f"{GROUP}planner",
    "controller": f"{GROUP}controller",
    "marketer": f"{GROUP}user",
    "manager": f"{GROUP}manager",
    "administrator": f"{GROUP}admin",
}


class CampaignWorldCase(WaveCase):
    """A record of each part of the campaigns, all in mara's hands, and a user of each role.

    No user of a role has to do with any of them: what he sees he sees by his role.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"world_{role}", groups=group)
            if group
            else cls.env.ref("base.public_user")
            for role, group in ROLES.items()
        }
        cls.print_kind = cls.env["crm.campaign.cost.kind"].create({"name": "Printing"})
        cls.world = cls._world()

    @classmethod
    def _world(cls):
        """``{model: record}``"""
        records = [
            *cls._world_of_waves(),
            *cls._world_of_forms(),
            *cls._world_of_approvals(),
            *cls._world_of_money(),
            *cls._world_of_attribution(),
            *cls._world_of_marketing(),
            *cls._world_of_forecast(),
            cls._world_ledger(),
            cls.env["crm.campaign.plan.actual"].search([], limit=1),
        ]
        cls.env.flush_all()
        return {record._name: record[:1] for record in records}

    @classmethod
    def _world_of_waves(cls):
        """A wave of letters that reached all but those whom it may not reach."""
        campaign = cls.campaign
        campaign.variant_ids = [Command.create({"name": "A"}), Command.create({"name": "B"})]
        wave = cls._wave(
            "Letter",
            method="letter",
            block_ids=[Command.create({"name": "offer", "body_html": "<p>Offer</p>"})],
            content_ids=[Command.create({"variant": "B", "body_html": "<p>Other</p>"})],
        )
        campaign._fill_targets()
        wave.action_start()
        wave._plan(NOW)
        targets = campaign.target_ids
        group = cls._world_group(wave)
        seller = Command.create({"user_id": cls.sam.id})
        rule = cls.env["crm.campaign.distribution"].create({"name": "Turns", "line_ids": [seller]})
        lead = cls._world_lead()
        choice = cls._world_choice(campaign)
        response = cls._world_response(wave)
        return [
            campaign,
            choice,
            cls.env["crm.campaign.choice.person"].create(
                {"choice_id": choice.id, "partner_id": cls.anna.id}
            ),
            campaign.audience_ids,
            campaign.audience_ids.member_ids,
            campaign.variant_ids,
            targets,
            wave,
            wave.block_ids,
            wave.content_ids,
            wave.delivery_ids,
            group,
            rule,
            rule.line_ids,
            response,
            response.kind_id,
            cls._world_handover(group, targets[0], lead),
            lead,
            cls._dialog("crm.campaign.group.turn", group_id=group.id, distribution_id=rule.id),
            cls._dialog("crm.campaign.lead.permission", lead_id=lead.id, origin_note="Call"),
            cls._dialog(
                "crm.campaign.audience.import",
                name="File",
                filename="a.csv",
                file=base64.b64encode(b"email\na@b.org"),
            ),
            cls.env["crm.lead.lost"].create({"lead_ids": lead.ids}),
        ]

    @classmethod
    def _world_choice(cls, campaign):
        return cls.env["crm.campaign.choice"].create(
            {"campaign_id": campaign.id, "user_id": cls.mara.id, "state": "failed"}
        )

    @classmethod
    def _world_response(cls, wave):
        return cls.env["crm.campaign.response"].create(
            {
                "campaign_id": wave.campaign_id.id,
                "wave_id": wave.id,
                "partner_id": cls.anna.id,
                "kind_id": cls.env.ref(f"{MODULE}.response_kind_replied").id,
                "note": "Secret words",
            }
        )

    @classmethod
    def _world_handover(cls, group, target, lead):
        campaign = group.campaign_id
        return cls.env["crm.campaign.handover"].create(
            {
                "campaign_id": campaign.id,
                "company_id": campaign.company_id.id,
                "group_id": group.id,
                "target_id": target.id,
                "partner_id": cls.anna.id,
                "kind": "lead",
                "lead_id": lead.id,
                "user_id": cls.sam.id,
                "date": NOW,
            }
        )

    @classmethod
    def _world_of_forms(cls):
        form = cls.env["crm.campaign.form"].create(
            {
                "name": "Register",
                "campaign_id": cls.campaign.id,
                "choice_ids": [Command.create({"name": "I come"})],
            }
        )
        answer = cls.env["crm.campaign.form.answer"].create(
            {
                "form_id": form.id,
                "partner_id": cls.anna.id,
                "name": "Anna",
                "message": "Secret message",
            }
        )
        return [form, form.choice_ids, answer]

    @classmethod
    def _dialog(cls, model, **values):
        """Opened by mara."""
        return cls.env[model].with_user(cls.mara).create(values).with_env(cls.env)

    @classmethod
    def _world_group(cls, wave):
        return cls.env["crm.campaign.response.group"].create(
            {
                "name": "No reply",
                "campaign_id": wave.campaign_id.id,
                "wave_id": wave.id,
                "none_kind_ids": [Command.link(cls.env.ref(f"{MODULE}.response_kind_replied").id)],
            }
        )

    @classmethod
    def _world_lead(cls):
        return cls.env["crm.lead"].create(
            {
                "name": "Secret pond",
                "type": "opportunity",
                "partner_id": cls.anna.id,
                "campaign_id": cls.campaign.id,
                "user_id": cls.mara.id,
            }
        )

    @classmethod
    def _world_of_approvals(cls):
        """A campaign that was applied for, an approved one with a change, a finished one."""
        line = [Command.create({"kind_id": cls.print_kind.id, "amount": 700})]
        step = Command.create({"user_id": cls.users["manager"].id})
        cls.env["crm.campaign.approval.rule"].search([]).active = False
        rule = cls.env["crm.campaign.approval.rule"].create({"name": "All", "step_ids": [step]})
        asked, approved = (cls._campaign(title, budget_ids=line) for title in ("Asked", "Approved"))
        asked.with_user(cls.mara).action_apply()
        approved._set_phase("approved")
        change = cls.env["crm.campaign.change"].create(
            {
                "campaign_id": approved.id,
                "reason": "Paper is dearer",
                "line_ids": [Command.create({"kind_id": cls.print_kind.id, "amount": 900})],
            }
        )
        settlement = cls._world_settlement(line)
        approval = asked.approval_ids
        return [
            asked.budget_ids,
            approval,
            approval.line_ids,
            approval.step_ids,
            cls.env["crm.campaign.approval.refuse"]
            .with_user(cls.users["manager"])
            .create({"approval_id": approval.id, "reason": "Too dear"})
            .with_env(cls.env),
            cls.env["crm.campaign.merge"]
            .with_user(cls.users["manager"])
            .create({"campaign_ids": (asked | approved).ids, "kept_id": approved.id})
            .with_env(cls.env),
            change,
            change.line_ids,
            rule,
            rule.step_ids,
            settlement,
            settlement.line_ids,
            cls.print_kind,
        ]

    @classmethod
    def _world_settlement(cls, line):
        finished = cls._campaign("Finished", budget_ids=line)
        cls._run_campaign(finished)
        finished._set_phase("finished")
        finished.with_user(cls.mara).action_settle()
        return finished.settlement_ids

    @classmethod
    def _world_of_money(cls):
        """Costs, overhead, a deal, a locked result and a document without campaign."""
        campaign = cls.campaign
        order, orphan = cls._world_orders()
        hours = cls.env["crm.campaign.hours"].create(
            {
                "name": "Wrote texts",
                "campaign_id": campaign.id,
                "user_id": cls.mara.id,
                "hours": 2,
                "rate": 77,
            }
        )
        cost = cls.env["crm.campaign.cost"].create(
            {"name": "Stand", "campaign_id": campaign.id, "amount": 500}
        )
        pool = cls.env["crm.campaign.pool"].create(
            {
                "name": "Office",
                "is_typed": True,
                "typed_amount": 100,
                "reason": "Estimated",
                "line_ids": [Command.create({"campaign_id": campaign.id})],
            }
        )
        result = cls.env["crm.campaign.result"]._lock(campaign, Date.to_date("2026-03-31"))
        link = cls.env["crm.campaign.link"].search([("campaign_id", "=", campaign.id)], limit=1)
        cls.env["crm.campaign.orphan"]._fill()
        found = cls.env["crm.campaign.orphan"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", orphan.id)]
        )
        return [
            hours,
            cost,
            pool,
            pool.line_ids,
            result,
            link,
            found,
            order,
            cls.env["crm.campaign.deal"].search([("campaign_id", "=", campaign.id)], limit=1),
            cls.env["crm.campaign.sale"].search([("order_id", "=", order.id)], limit=1),
            cls.env["crm.campaign.return.report"].search([], limit=1),
        ]

    @classmethod
    def _world_orders(cls):
        """A confirmed order of the campaign, and one whose opportunity names the campaign."""
        product = cls.env["product.product"].create({"name": "Pump", "list_price": 100})
        line = [Command.create({"product_id": product.id})]
        lead = cls.env["crm.lead"].search([("name", "=", "Secret pond")])
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.bert.id,
                    "order_line": line,
                    "user_id": cls.mara.id,
                    **values,
                }
                for values in ({"campaign_id": cls.campaign.id}, {"opportunity_id": lead.id})
            ]
        )
        orders[1].campaign_id = False
        orders[0].action_confirm()
        cls.campaign.basis = "ordered"
        cls.env.flush_all()
        return orders

    @classmethod
    def _world_of_attribution(cls):
        run = cls.env["crm.attribution.run"].create(
            {
                "date_from": Date.today().replace(month=1, day=1),
                "date_to": Date.today(),
                "basis": "ordered",
            }
        )
        run.action_compute()
        credit = cls.env["crm.attribution.credit"].search([("run_id", "=", run.id)], limit=1)
        return [run, run.key_ids, credit]

    @classmethod
    def _world_of_marketing(cls):
        material = cls.env["crm.campaign.material"].create(
            {"name": "Flyer", "campaign_ids": cls.campaign.ids}
        )
        version = cls.env["crm.campaign.material.version"].create(
            {
                "material_id": material.id,
                "name": "flyer.pdf",
                "file": base64.b64encode(b"%PDF-1.7 flyer"),
            }
        )
        wave = {"name": "With a flyer", "campaign_id": cls.campaign.id}
        wave["material_use_ids"] = [Command.create({"material_id": material.id})]
        lead = cls.env["crm.lead"].search([("name", "=", "Secret pond")])
        competitor = cls.env["crm.competitor"].create(
            {"name": "Rival", "battle_card": "<p>Secret card</p>"}
        )
        lead.competitor_ids = competitor
        cls.env.flush_all()
        return [
            material,
            version,
            cls.env["crm.campaign.wave"].create(wave).material_use_ids,
            competitor,
            cls.env["crm.competitor.product"].create(
                {"competitor_id": competitor.id, "name": "Pump 2", "price": 90}
            ),
            cls.env["crm.competitor.report"].search([("competitor_id", "=", competitor.id)]),
            cls.env["crm.marketing.plan"].create({"name": "Plan", "year": 2026}),
            cls.env["crm.campaign.kind"].search([], limit=1),
            cls.env["crm.campaign.purpose"].search([], limit=1),
        ]

    @classmethod
    def _world_of_forecast(cls):
        """Demand of this week and of one before, what was learnt, and dialogs of the planner."""
        product = cls.env["product.product"].search([("name", "=", "Pump")], limit=1)
        company = {"company_id": cls.env.company.id}
        of_campaign = {**company, "campaign_id": cls.campaign.id}
        this_week = Date.start_of(Date.today(), "week")
        weeks = [Date.add(this_week, weeks=1), Date.subtract(this_week, weeks=5)]
        demands = cls.env["crm.campaign.demand"].create(
            [
                {**of_campaign, "product_id": product.id, "week": week, "expected": 5}
                for week in weeks
            ]
        )
        lesson = cls.env["crm.campaign.lesson"].create(
            {**of_campaign, "kind_id": cls.kind.id, "persons": 10}
        )
        prior = cls.env["crm.campaign.prior"].search([("kind_id", "=", cls.kind.id)], limit=1)
        prior = prior or prior.create({**company, "kind_id": cls.kind.id})
        planner = cls.users["planner"]
        cls.env.flush_all()
        return [
            demands,
            cls.env["crm.campaign.demand.accuracy"].search([], limit=1),
            lesson,
            cls.env["crm.campaign.lesson.line"].create(
                {"lesson_id": lesson.id, "product_id": product.id, "week": 1, "units": 2}
            ),
            cls.env["crm.campaign.mix"].create(
                {"campaign_id": cls.campaign.id, "product_id": product.id}
            ),
            prior,
            cls.env["crm.campaign.demand.decide"]
            .with_user(planner)
            .create({"demand_ids": demands[:1].ids, "decision": "refused", "reason": "Not enough"})
            .with_env(cls.env),
            cls.env["crm.campaign.prior.correct"]
            .with_user(planner)
            .create({"prior_id": prior.id, "reason": "Known better"})
            .with_env(cls.env),
            cls.env["crm.campaign.sales.forecast"].search(
                [("campaign_id", "=", cls.campaign.id)], limit=1
            ),
        ]

    @classmethod
    def _world_ledger(cls):
        """The row of overhead that was posted."""
        pool = cls.env["crm.campaign.pool"].create(
            {
                "name": "Rent",
                "is_typed": True,
                "typed_amount": 40,
                "reason": "Agreed",
                "key": "equal",
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "line_ids": [Command.create({"campaign_id": cls.campaign.id})],
            }
        )
        pool.action_preview()
        pool.action_post()
        cls.env.flush_all()
        return cls.env["crm.campaign.ledger"].search([("pool_id", "=", pool.id)])
