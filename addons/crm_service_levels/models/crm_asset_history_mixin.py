from odoo import fields, models

from .crm_customer_asset_move import TRACKED

#: What the parts of a machine share with it when it is sold or carried elsewhere.
SHARED = ("partner_id", "site_id", "custodian_id", "dealer_id")
#: States in which an asset is not at work; how long it ran is counted until then.
OUT_STATES = ("taken_out", "returned", "scrapped")


class CrmAssetHistoryMixin(models.AbstractModel):
    """The part of an asset that keeps where it was and whose, in batches (SVC-L3).

    ``with_context(asset_reason=…, asset_date=…)`` notes why and since when.
    """

    _name = "crm.asset.history.mixin"
    _description = "History of an asset"

    def _history_moment(self):
        return self.env.context.get("asset_date") or fields.Datetime.now()

    def _open_moves(self):
        """First row of the history of new assets."""
        # sudo: whoever may work on an asset writes its history through these methods only
        self.env["crm.customer.asset.move"].sudo().create(
            [asset._move_values(self._history_moment()) for asset in self]
        )

    def _move_values(self, when):
        return {
            "asset_id": self.id,
            **{name: self._fields[name].convert_to_write(self[name], self) for name in TRACKED},
            "date_from": when,
            "user_id": self.env.uid,
            "reason": self.env.context.get("asset_reason"),
        }

    def _next_moves(self):
        """End the present row of the history and begin the next."""
        if not self:
            return
        # sudo: as _open_moves
        moves = self.env["crm.customer.asset.move"].sudo()
        ended = moves.search([("asset_id", "in", self.ids), ("date_to", "=", False)])
        when = self._history_moment()
        late = ended.filtered(lambda move: move.date_from > when)
        (ended - late).date_to = when
        for move in late:  # a moment before the last change: kept in the order of the records
            move.date_to = move.date_from
        ended.flush_recordset()  # one open row per asset: this one ends before the next begins
        begin = {move.asset_id.id: move.date_to for move in late}
        moves.create([asset._move_values(begin.get(asset.id, when)) for asset in self])

    def _tracked_values(self):
        return {asset.id: [asset[name] for name in TRACKED] for asset in self}

    def _follow_moves(self, before):
        """Begin rows for the assets that differ from ``_tracked_values`` before."""
        now = self._tracked_values()
        moved = self.filtered(lambda asset: now[asset.id] != before[asset.id])
        moved._next_moves()

    def _with_parts(self):
        """The assets and all parts in them, in one search."""
        # sudo: parts go with their machine, whatever else the user may see
        tree = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        return self | tree.sudo(self.env.su)

    def _place_values(self):
        """Whose and where one asset is, as values for another that takes its place."""
        self.ensure_one()
        names = ("parent_id", "contact_id", *SHARED)
        return {name: self[name].id for name in names}

    def _in_one_line(self):
        """Whether one of these assets is a part of another of them."""
        lines = [set((asset.parent_path or "").split("/")[:-2]) for asset in self]
        return any(str(asset.id) in line for asset in self for line in lines)
