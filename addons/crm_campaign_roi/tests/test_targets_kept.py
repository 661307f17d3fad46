from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_targets import TargetCase


@tagged("post_install", "-at_install")
class TestTargetsKept(TargetCase):
    """ROI-1: who was left out stays left out, who was chosen stays chosen."""

    # -- audiences in use ----------------------------------------------------------------------

    def test_an_audience_that_is_left_out_is_not_deleted(self):
        few = self._members("Few", self.people[:3])
        self.campaign.excluded_audience_ids = few
        self.campaign._set_phase("approved")
        with self.assertRaisesRegex(UserError, "Spring leaves this audience out"):
            few.unlink()

    def test_an_audience_that_others_are_built_upon_is_not_deleted(self):
        few = self._members("Few", self.people[:3])
        rest = self._audience("Rest", exclude_ids=few.ids)
        both = self._audience("Both", source="union", include_ids=rest.ids)
        both.active = False
        with self.assertRaisesRegex(UserError, "Rest is built upon"):
            few.unlink()
        with self.assertRaisesRegex(UserError, "Both is built upon"):
            rest.unlink()
        (few | rest | both).unlink()

    def test_an_archived_audience_is_asked_as_before(self):
        """Seven of ten: three are left out, archived or not; nobody leaves."""
        few = self._members("Few", self.people[:3])
        self.campaign.excluded_audience_ids = few
        self.assertEqual(len(self._fill()), 7)
        (few | self.garden).active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(len(self._fill()), 7)
        self.assertFalse(self._targets("left"))

    def test_archived_parts_of_an_audience_count(self):
        few = self._members("Few", self.people[:3])
        rest = self._audience("Rest", exclude_ids=few.ids)
        more = self._audience("More", source="union", include_ids=rest.ids)
        (few | rest).active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((rest.person_count, more.person_count), (7, 7))

    # -- removed by hand -----------------------------------------------------------------------

    def _target(self, number):
        return self._targets_of(self.people[number])

    def _targets_of(self, person):
        return self.env["crm.campaign.target"].search(
            [("campaign_id", "=", self.campaign.id), ("partner_id", "=", person.id)]
        )

    def test_who_is_removed_does_not_come_back_as_another_contact(self):
        """Persons 0 and 5 have one address: 9 of 10 are in, 8 when Person 0 is removed."""
        self.people[5].email = self.people[0].email
        self.assertEqual(len(self._fill()), 9)
        self._target(0).with_user(self.mara).action_remove()
        self.assertEqual(len(self._fill()), 8)
        self.assertEqual((self._target(0).state, self._target(5).state), ("removed", "duplicate"))
        self._target(0).with_user(self.mara).action_take_back()
        self.assertEqual((self._target(0).state, self._target(5).state), ("in", "duplicate"))
        self.assertEqual(len(self._fill()), 9)

    def test_a_removed_duplicate_takes_the_person_out_at_once(self):
        self.people[5].phone = self.people[0].phone
        self._fill()
        self._target(5).with_user(self.mara).action_remove()
        self.assertEqual((self._target(0).state, self._target(5).state), ("duplicate", "removed"))
        self._target(5).with_user(self.mara).action_take_back()
        self.assertEqual(len(self._fill()), 9)

    def test_another_contact_of_the_company_is_another_person(self):
        """One of Acme (Persons 0 to 4) and one of Blue; Person 0 is removed, Person 1 comes."""
        self.campaign.one_per_company = True
        self.assertEqual(self._fill().partner_id, self.people[0] | self.people[5])
        self._target(0).with_user(self.mara).action_remove()
        self.assertEqual(self._fill().partner_id, self.people[1] | self.people[5])
