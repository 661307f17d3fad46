from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAsset(AssetCase):
    """SVC-L3: what an asset is, whose, where, and what it is a part of."""

    def test_assets_are_numbered_and_named_after_their_product(self):
        first, second = self._asset(self.rita), self._asset(self.rita)
        self.assertRegex(first.number, r"^A\d{6}$")
        self.assertEqual(int(second.number[1:]), int(first.number[1:]) + 1)
        self.assertEqual(first.name, self.pump.display_name)
        self.assertEqual(first.commercial_partner_id, self.acme)

    def test_a_serial_is_unique_per_product_and_maker_only(self):
        self._asset(serial=" X 1 ", maker_id=self.maker.id)
        other = self.env["crm.service.maker"].create({"name": "Other works of the asset tests"})
        self._asset(serial="X 1", maker_id=other.id)
        self._asset(serial="X 1", product_id=self.motor.id, maker_id=self.maker.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self._asset(serial="X 1", maker_id=self.maker.id)
            self.env.flush_all()

    def test_a_serial_without_product_and_maker_may_repeat(self):
        values = {"product_id": False, "name": "Something", "serial": "1"}
        self.assertEqual(len(self._asset(**values) | self._asset(**values)), 2)

    def test_a_serial_of_500_characters_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "500 characters; 100 are allowed"):
            self._asset(serial="9" * 500)

    def test_a_machine_is_no_part_of_its_part(self):
        machine = self._asset()
        part = self._asset(parent_id=machine.id, product_id=self.motor.id)
        screw = self._asset(parent_id=part.id, product_id=self.motor.id)
        for below in (part, screw):
            with self.assertRaisesRegex(ValidationError, "part of itself"):
                machine.parent_id = below
        with self.assertRaisesRegex(ValidationError, "part of itself"):
            part.parent_id = part
        self.assertEqual(screw.parent_path, f"{machine.id}/{part.id}/{screw.id}/")

    def test_a_part_belongs_to_the_company_of_its_machine(self):
        machine = self._asset()
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "belongs to the company"):
            self._asset(parent_id=machine.id, company_id=other.id)

    def test_a_new_part_is_where_its_machine_is(self):
        machine = self._asset(site_id=self.site.id)
        part = self.Asset.create({"product_id": self.motor.id, "parent_id": machine.id})
        self.assertEqual((part.partner_id, part.site_id), (self.acme, self.site))

    def test_the_form_shows_the_tree_and_the_axis(self):
        machine = self._asset()
        part = self._asset(parent_id=machine.id, product_id=self.motor.id)
        tree = part.with_user(self.rita).part_tree
        self.assertEqual(
            [(row["id"], row["depth"], row["current"]) for row in tree],
            [(machine.id, 0, False), (part.id, 1, True)],
        )
        with Form(part.with_user(self.rita)) as form:
            form.custodian_id = self.anna
        self.assertEqual(part.move_ids[0].custodian_id, self.anna)

    def test_age_counts_from_commissioning_until_it_goes_out_of_use(self):
        asset = self._asset(commissioned_on=date(2024, 1, 31))
        asset.with_context(asset_date=datetime(2024, 2, 29, 12)).state = "scrapped"
        self.assertEqual((asset.out_on, asset.age_months), (date(2024, 2, 29), 1))

    def test_own_fields_come_with_the_category(self):
        self.pumps.asset_properties = [{"name": "head", "type": "integer", "string": "Head"}]
        asset = self._asset(asset_properties={"head": 30})
        self.assertEqual(asset.read(["asset_properties"])[0]["asset_properties"][0]["value"], 30)

    def test_documents_are_limited_and_read_by_colleagues(self):
        attachments = self.env["ir.attachment"].with_user(self.rita)
        files = attachments.create([{"name": f"{n}.txt", "raw": b"x"} for n in range(51)])
        asset = self._asset(self.rita, document_ids=[Command.set(files[:50].ids)])
        self.assertEqual(files[:50].sudo().mapped("res_id"), [asset.id] * 50)
        self.assertEqual(asset.with_user(self.rob).document_ids[0].name, "0.txt")
        with self.assertRaisesRegex(ValidationError, "at most 50"):
            asset.document_ids = [Command.link(files[50].id)]

    def test_an_asset_with_requests_is_not_deleted(self):
        asset = self._asset()
        self._request(asset_id=asset.id)
        with self.assertRaises(ValidationError):
            asset.unlink()

    def test_import_with_external_ids_and_serials(self):
        columns = ["id", "product_id/id", "partner_id/.id", "serial", "delivered_on", "state"]
        xmlid = self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "pump",
                "model": "product.product",
                "res_id": self.pump.id,
            }
        )
        row = [
            "__import__.a1",
            xmlid.complete_name,
            str(self.acme.id),
            "I1",
            "2026-01-02",
            "in_use",
        ]
        assets = self.Asset.with_user(self.leo)
        result = assets.load(columns, [row])
        self.assertFalse(result["messages"])
        asset = assets.browse(result["ids"])
        self.assertEqual((asset.serial, asset.delivered_on), ("I1", date(2026, 1, 2)))
        self.assertTrue(asset.move_ids)
        again = assets.load(columns, [[*row[:3], "I2", *row[4:]]])
        self.assertEqual((again["ids"], asset.serial), (asset.ids, "I2"))

    def test_found_by_serial_number_product_and_customer(self):
        asset = self._asset(serial="ZX-9")
        for term in ("ZX-9", asset.number, "Pump P1", "Acme"):
            self.assertIn(asset.id, [one[0] for one in self.Asset.name_search(term)], term)


@tagged("post_install", "-at_install")
class TestAssetHistory(AssetCase):
    """SVC-L3: resale, moves, swaps and merges keep the history."""

    def test_a_resale_takes_the_parts_along_and_keeps_who_owned_it(self):
        machine = self._asset(site_id=self.site.id)
        part = self._asset(parent_id=machine.id, product_id=self.motor.id)
        wizard = (
            self.env["crm.customer.asset.transfer"]
            .with_user(self.rita)
            .with_context(active_ids=machine.ids)
        )
        when = datetime(2026, 12, 1, 8)
        wizard.create(
            {"partner_id": self.beta.id, "date": when, "reason": "Sold on"}
        ).action_apply()
        self.env.invalidate_all()
        self.assertEqual((machine | part).partner_id, self.beta)
        self.assertFalse(machine.site_id)
        for asset in machine | part:
            now, before = asset.move_ids
            self.assertEqual((before.partner_id, now.partner_id), (self.acme, self.beta))
            self.assertEqual(now.reason, "Sold on")
            self.assertGreaterEqual(now.date_from, before.date_from)
            self.assertEqual(before.date_to, now.date_from)

    def test_every_move_is_kept_with_place_person_and_dealer(self):
        asset = self._asset(site_id=self.site.id, custodian_id=self.anna.id)
        south = self.site.copy({"name": "Plant South"})
        dealer = self.env["res.partner"].create({"name": "Dealer"})
        moved = asset.with_user(self.rita).with_context(asset_reason="New plant")
        moved.write({"site_id": south.id, "dealer_id": dealer.id})
        asset.with_user(self.rita).state = "with_dealer"
        now, south_row, first = asset.move_ids.sorted("id", reverse=True)
        self.assertEqual((first.site_id, first.custodian_id), (self.site, self.anna))
        self.assertFalse(first.dealer_id)
        self.assertEqual((south_row.site_id, south_row.dealer_id), (south, dealer))
        self.assertEqual((south_row.reason, south_row.user_id), ("New plant", self.rita))
        self.assertEqual((south_row.state, now.state), ("in_use", "with_dealer"))
        self.assertEqual((first.date_to, south_row.date_to), (south_row.date_from, now.date_from))
        self.assertFalse(now.date_to)

    def test_nothing_new_writes_no_history(self):
        asset = self._asset(site_id=self.site.id)
        asset.write({"site_id": self.site.id, "name": "Pump of the cellar"})
        self.assertEqual(len(asset.move_ids), 1)

    def test_a_swap_of_a_part_keeps_the_history_of_both(self):
        machine = self._asset(site_id=self.site.id)
        old = self._asset(parent_id=machine.id, product_id=self.motor.id, serial="M1")
        swap = (
            self.env["crm.customer.asset.swap"]
            .with_user(self.rita)
            .with_context(active_ids=old.ids)
            .create({"serial": "M2", "state": "scrapped"})
        )
        new = self.Asset.browse(swap.action_apply()["res_id"])
        self.assertEqual((new.parent_id, new.product_id, new.serial), (machine, self.motor, "M2"))
        self.assertEqual((new.replaces_id, new.site_id, new.state), (old, self.site, "in_use"))
        self.env.invalidate_all()
        self.assertEqual((old.state, old.parent_id), ("scrapped", self.Asset))
        self.assertEqual(old.move_ids[-1].parent_id, machine)
        self.assertEqual(machine.maintenance_ids.mapped("kind"), ["swap"])

    def test_duplicates_become_one_with_all_they_had(self):
        keep = self._asset(serial=False, delivered_on=False)
        double = self._asset(serial="D1")
        request = self._request(asset_id=double.id)
        part = self._asset(parent_id=double.id, product_id=self.motor.id)
        merge = (
            self.env["crm.customer.asset.merge"]
            .with_user(self.leo)
            .with_context(active_ids=(keep | double).ids)
            .create({})
        )
        self.assertEqual(merge.target_id, keep)
        merge.action_merge()
        self.assertEqual((keep.serial, keep.delivered_on), ("D1", date(2026, 3, 15)))
        self.assertEqual((request.asset_id, part.parent_id), (keep, keep))
        self.assertEqual((double.active, double.merged_into_id), (False, keep))
        self.assertEqual(len(keep.move_ids.filtered(lambda move: not move.date_to)), 1)

    def test_a_merged_contact_keeps_his_assets(self):
        double = self.env["res.partner"].create({"name": "Acme Ltd", "is_company": True})
        asset = self._asset(partner_id=double.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.acme | double).ids, self.acme)
        self.env.invalidate_all()
        self.assertEqual((asset.partner_id, asset.move_ids.partner_id), (self.acme, self.acme))
