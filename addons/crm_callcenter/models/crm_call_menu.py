from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import ivr
from ..tools.ivr_picture import layout


class CrmCallMenu(models.Model):
    """A telephone menu: designed here, published as versions, played by the listener (CC-4).

    What is published goes on unchanged until the next version: half a design is never heard.
    """

    _name = "crm.call.menu"
    _description = "Telephone menu"
    _inherit = ["crm.call.menu.simulator"]
    _order = "name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="In the dial plan: AGI(agi://listener:4573/EXCHANGE/CODE).",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    exchange_ids = fields.Many2many(
        "crm.call.exchange", string="Exchanges", help="Empty: all exchanges of the company."
    )
    language = fields.Char(
        help="Of the system sounds, e.g. en or de; empty: that of the line.", size=10
    )
    heard_seconds = fields.Float(
        "An answer counts after (seconds)",
        default=3,
        help="Who hangs up sooner in a message that answers is not counted as solved in the menu.",
    )
    node_ids = fields.One2many("crm.call.menu.node", "menu_id", "Steps", copy=True)
    version_ids = fields.One2many("crm.call.menu.version", "menu_id", "Versions", readonly=True)
    version_id = fields.Many2one(
        "crm.call.menu.version", "Published", readonly=True, copy=False, ondelete="restrict"
    )
    state = fields.Selection(
        [("draft", "Not published"), ("changed", "Changed since"), ("live", "Published")],
        compute="_compute_state",
    )
    flaws = fields.Text("To be mended", compute="_compute_state")
    picture = fields.Json(compute="_compute_picture")

    _code_uniq = models.UniqueIndex(
        "(company_id, lower(code))", "Another menu has this code already."
    )
    _code_plain = models.Constraint(
        "CHECK(code ~ '^[A-Za-z0-9_-]{1,40}$')",
        "The code of a menu is made of letters, digits, - and _ (40 at most).",
    )

    @api.depends("version_id", "code", "language", "heard_seconds", "node_ids.design_key")
    def _compute_state(self):
        for menu in self:
            same = menu.version_id and menu.version_id.design == menu._design()
            menu.state = "live" if same else "changed" if menu.version_id else "draft"
            menu.flaws = "\n".join(menu._flaw_texts()) or False

    @api.depends("node_ids.design_key")
    def _compute_picture(self):
        for menu in self:
            menu.picture = menu._picture()

    def copy(self, default=None):
        """The copy's steps lead to the copy's steps."""
        copies = super().copy(default)
        for menu, new in zip(self, copies, strict=True):
            twin = dict(zip(menu.node_ids.ids, new.node_ids, strict=True))
            for node in new.node_ids:
                node.next_id = twin.get(node.next_id.id, False)
                for option in node.option_ids:
                    option.target_id = twin.get(option.target_id.id, False)
        return copies

    def copy_data(self, default=None):
        found = super().copy_data(default)
        return [
            {"code": f"{menu.code}_copy"[:40], **data}
            for menu, data in zip(self, found, strict=True)
        ]

    # -- design

    def _design(self):
        """The menu as the machine plays it (``tools/ivr.py``), without hours of opening."""
        self.ensure_one()
        nodes = self.node_ids.sorted("sequence")
        return {
            "code": self.code or "",
            "start": nodes[:1].key or "",
            "heard_seconds": self.heard_seconds,
            "language": self.language or "",
            "nodes": [node._design() for node in nodes],
        }

    def _machine(self):
        return ivr.from_dict(self._design())

    def _picture(self):
        """Boxes and arrows of the flow, for the form."""
        nodes = {node.key: node for node in self.node_ids}
        picture = layout(self._machine())
        for box in picture["boxes"]:
            box["name"] = nodes[box["key"]].name or ""
            box["label"] = nodes[box["key"]]._kind_label()
        return picture

    def _flaw_texts(self):
        names = {node.key: node.name for node in self.node_ids}
        return [self._flaw_text(flaw, names) for flaw in ivr.flaws(self._machine())]

    def _flaw_text(self, flaw, names):
        step, about = names.get(flaw.node, ""), names.get(flaw.about, flaw.about)
        labels = {
            "unknown": self.env._("nothing is found"),
            "silent": self.env._("Odoo does not answer"),
            "closed": self.env._("it is closed"),
        }
        texts = {
            "no_start": self.env._("The menu has no steps."),
            "unknown_node": self.env._("%s leads to a step that is not in this menu.", step),
            "unreachable": self.env._("No caller can come to “%s”.", step),
            "no_exit": self.env._("From “%s” a caller finds no way out but to hang up.", step),
            "no_prompt": self.env._("“%s” says nothing: nobody knows what to do then.", step),
            "no_way": self.env._("Nothing follows “%s”.", step),
            "bad_key": self.env._("“%(step)s” waits for %(key)s, which no telephone has.",
                                  step=step, key=about),
            "no_target": self.env._("“%s” does not say which queue, or what to look up.", step),
            "bad_limit": self.env._("Tries, seconds or number of digits of “%s” cannot be.", step),
        }  # fmt: skip
        if flaw.code == "no_way" and flaw.about:
            return self.env._(
                "“%(step)s” does not say what follows when %(case)s.",
                step=step,
                case=labels.get(flaw.about, flaw.about),
            )
        return texts[flaw.code]

    # -- publishing

    def action_publish(self):
        """Make the design a version; the next call hears it.

        :raises UserError: the design has flaws; the published version stays
        """
        for menu in self:
            if menu.flaws:
                raise UserError(menu.flaws)
            design = menu._design()
            if menu.version_id.design == design:
                continue
            menu.version_id = self.env["crm.call.menu.version"].create(
                {
                    "menu_id": menu.id,
                    "number": max(menu.version_ids.mapped("number"), default=0) + 1,
                    "design": design,
                }
            )

    def action_report(self):
        """Calls in this menu."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_callcenter.crm_call_menu_report_action"
        )
        return {**action, "domain": [("menu_id", "=", self.id)], "context": {}}

    # -- for the listener

    @api.model
    def _live(self, exchange):
        """Published menus of an exchange."""
        found = self.search(
            [("company_id", "=", exchange.company_id.id), ("version_id", "!=", False)]
        )
        return found.filtered(lambda menu: not menu.exchange_ids or exchange in menu.exchange_ids)
