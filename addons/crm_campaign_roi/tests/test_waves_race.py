"""Two jobs that run the same wave at a time (ROI-1): real transactions, committed and removed."""

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL

from .common_waves import NOW

NAME = "Race of two jobs"


@tagged("post_install", "-at_install")
class TestWavesRace(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._remove)
        self._remove()  # what a killed run has left
        with self._env() as env:
            self.wave_id = self._make(env).id
            env.cr.commit()

    def _env(self):
        return _Transaction(self.registry)

    def _make(self, env):
        people = env["res.partner"].create(
            [{"name": f"{NAME} {n}", "email": f"race{n}@example.com"} for n in range(5)]
        )
        audience = env["crm.campaign.audience"].create(
            {
                "name": NAME,
                "source": "members",
                "member_ids": [(0, 0, {"partner_id": person.id}) for person in people],
            }
        )
        campaign = env["utm.campaign"].create(
            {"title": NAME, "date_start": "2026-03-01", "audience_ids": audience.ids}
        )
        campaign._set_phase("approved")
        campaign._set_phase("running")
        wave = env["crm.campaign.wave"].create(
            {
                "name": NAME,
                "campaign_id": campaign.id,
                "method": "task",
                "channel_id": env.ref("crm_customer_insight.crm_contact_channel_branch").id,
                "subject": NAME,
            }
        )
        wave.action_start()
        return wave

    def _remove(self):
        with self._env() as env:
            people = env["res.partner"].with_context(active_test=False)
            people = people.search([("name", "=like", f"{NAME}%")])
            env["mail.activity"].with_context(active_test=False).search(
                [("res_model", "=", "res.partner"), ("res_id", "in", people.ids)]
            ).unlink()
            campaigns = env["utm.campaign"].search([("title", "=", NAME)])
            campaigns._set_phase("cancelled")
            for table in ("crm_campaign_delivery", "crm_campaign_response"):  # else they are kept
                where = SQL("campaign_id = ANY(%s)", campaigns.ids)
                env.cr.execute(SQL("DELETE FROM %s WHERE %s", SQL.identifier(table), where))
            campaigns.unlink()
            env["crm.campaign.audience"].search([("name", "=", NAME)]).unlink()
            people.unlink()
            env.cr.commit()

    def _tasks(self, env):
        return env["mail.activity"].search_count([("summary", "=", NAME)])

    def test_the_second_job_leaves_the_wave_alone(self):
        """While the first one has not committed the second one does nothing, and does not wait;
        afterwards it finds nothing to do.
        """
        with self._env() as first, self._env() as second:
            waves = [env["crm.campaign.wave"].browse(self.wave_id) for env in (first, second)]
            waves[0]._run(NOW)
            self.assertEqual(self._tasks(first), 5)
            second.cr.execute("SET LOCAL lock_timeout = '5s'")
            self.assertTrue(waves[1]._run(NOW))
            self.assertEqual(self._tasks(second), 0)
            first.cr.commit()
            second.cr.rollback()
            waves[1].invalidate_recordset()
            waves[1]._run(NOW)
            self.assertEqual(self._tasks(second), 5)

    def test_two_plans_give_each_person_one_row(self):
        """Even without the lock of the wave: wave and target are unique."""
        with self._env() as first, self._env() as second:
            for env in (first, second):
                env["crm.campaign.wave"].browse(self.wave_id)._refresh_targets()
                env["crm.campaign.wave"].browse(self.wave_id)._plan(NOW)
                env.cr.commit()
            rows = second["crm.campaign.delivery"].search([("wave_id", "=", self.wave_id)])
            self.assertEqual(len(rows), 5)
            self.assertEqual(len(rows.target_id), 5)


class _Transaction:
    """An environment with a cursor of its own, rolled back at the end."""

    def __init__(self, registry):
        self.cr = registry.cursor()

    def __enter__(self):
        return api.Environment(self.cr, api.SUPERUSER_ID, {})

    def __exit__(self, *args):
        self.cr.rollback()
        self.cr.close()
