from odoo.tests import tagged

from .common_service import ServiceCase

REQUEST = "crm.service.request"


@tagged("post_install", "-at_install")
class TestMerge(ServiceCase):
    """SVC-L1: every table that names a request follows its merge, or says why it does not."""

    def _stored_links(self):
        return {
            (name, field.name)
            for name, model in self.env.registry.items()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2one" and field.store and field.comodel_name == REQUEST
        }

    def test_every_table_with_a_request_is_listed_once(self):
        requests = self.env[REQUEST]
        following, exempt = requests._service_merge_models(), requests._service_merge_exempt()
        self.assertEqual(len(following), len(set(following)))
        self.assertFalse(set(following) & set(exempt))
        self.assertEqual(self._stored_links() - set(following) - set(exempt), set())
        self.assertTrue(all(exempt.values()))

    def test_what_hangs_on_a_request_follows(self):
        target, source = self._request(), self._request()
        asset = self.env["crm.customer.asset"].create({"name": "Pump", "partner_id": self.anna.id})
        history = self.env["crm.customer.asset.maintenance"].create(
            {"asset_id": asset.id, "request_id": source.id, "kind": "repair", "name": "Seal"}
        )
        article = self.env["crm.service.article"].create(
            {"name": "Seal", "request_id": source.id, "active": False}
        )
        source._merge_into(target)
        self.assertEqual((history.request_id, article.request_id), (target, target))

    def test_promises_of_a_merged_request_are_withdrawn(self):
        """A duplicate is no success: its open timers count neither as met nor as missed."""
        target, source = self._request(), self._request()
        self.assertTrue(source.sla_timer_ids.filtered("due_at"))
        source._merge_into(target)
        self.assertEqual(set(source.sla_timer_ids.mapped("state")), {"cancelled"})
        self.assertEqual(set(target.sla_timer_ids.mapped("state")), {"running"})

    def _collection(self, request, state="booked", hour=9):
        collections = self.env["crm.service.collection"]
        return collections.create(
            {
                "request_id": request.id,
                **request._collection_defaults(),
                "slot_start": f"2030-03-04 {hour:02}:00:00",
                "slot_end": f"2030-03-04 {hour + 1:02}:00:00",
                "state": state,
            }
        )

    def test_a_collection_follows_unless_another_is_booked(self):
        target, source, other = (self._request() for _each in range(3))
        first, second = self._collection(source), self._collection(other, hour=10)
        old = self._collection(other, "cancelled", hour=11)
        (source | other)._merge_into(target)
        self.assertEqual((first.request_id, old.request_id), (target, target))
        self.assertEqual(second.request_id, other)
