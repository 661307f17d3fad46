from odoo.tools import SQL

from .common_campaign import MODULE


class PersonsMixin:
    """People who are merged, deleted and erased, and what is left of them."""

    def _merge(self, sources, target):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (sources | target).ids, dst_partner=target
        )
        self._settle()

    def _settle(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def _targets(self, person):
        field = "lead_id" if person._name == "crm.lead" else "partner_id"
        return self.env["crm.campaign.target"].search([(field, "=", person.id)])

    def _links(self):
        """(model, field) that name a record: all of our tables, and what of any other table names
        a row of ours.
        """
        for model in self.env.values():
            if not model._auto or model._abstract:
                continue
            is_ours = (model._original_module or "").startswith(MODULE)
            for field in model._fields.values():
                if (
                    field.store
                    and field.type == "many2one"
                    and (is_ours or field.comodel_name.startswith("crm.campaign."))
                ):
                    yield model, field

    def _dangling(self):
        """``{(model, field): ids}`` of rows that name a record which is gone."""
        found = {}
        for model, field in PersonsMixin._links(self):
            rows = self.env.execute_query(
                SQL(
                    "SELECT t.id FROM %s t WHERE t.%s IS NOT NULL "
                    "AND NOT EXISTS (SELECT FROM %s o WHERE o.id = t.%s)",
                    SQL.identifier(model._table),
                    SQL.identifier(field.name),
                    SQL.identifier(self.env[field.comodel_name]._table),
                    SQL.identifier(field.name),
                )
            )
            if rows:
                found[model._name, field.name] = [row_id for (row_id,) in rows]
        return found
