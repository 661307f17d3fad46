import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools import material
from .common_campaign import MODULE, CampaignCase

PDF = base64.b64encode(b"%PDF-1.7 flyer")
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n picture")


@tagged("post_install", "-at_install")
class TestMaterial(CampaignCase):
    """ROI-1: marketing material in versions that somebody else approves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.material = cls.env["crm.campaign.material"].create(
            {"name": "Flyer", "campaign_ids": cls.campaign.ids}
        )

    def _version(self, file=PDF, name="flyer.pdf", user=None, **values):
        versions = self.env["crm.campaign.material.version"].with_user(user or self.mara)
        return versions.create(
            {"material_id": self.material.id, "name": name, "file": file, **values}
        )

    def test_versions_are_numbered_and_their_content_is_noted(self):
        """SHA-256 and size of the 14 bytes, not what the caller says."""
        first = self._version(size=1, mimetype="text/plain", state="approved", number=9)
        self.assertEqual((first.number, first.state, first.size), (1, "draft", 14))
        self.assertEqual((first.mimetype, first.author_id), ("application/pdf", self.mara))
        self.assertEqual(len(first.checksum), 64)
        self.assertEqual(self._version().number, 2)

    def test_bad_files_are_refused_with_words(self):
        bad = [
            (b"", "empty.pdf", "is empty"),
            (base64.b64encode(b"MZ\x90\x00 program"), "flyer.pdf", "a kind that is not taken"),
            (base64.b64encode(b"<svg onload='x'/>"), "logo.svg", "a kind that is not taken"),
            (PNG, "flyer.pdf", "not what its name says"),
        ]
        for file, name, words in bad:
            with self.subTest(name), self.assertRaisesRegex(ValidationError, words):
                self._version(file, name)
        with (
            patch.object(material, "check", return_value=material.Checked(problem="large")),
            self.assertRaisesRegex(ValidationError, "larger than 25 MB"),
        ):
            self._version()

    def test_the_author_does_not_approve(self):
        version = self._version(user=self.mona)
        with self.assertRaisesRegex(AccessError, "you made it"):
            version.action_approve()
        with self.assertRaisesRegex(AccessError, "marketing managers"):
            version.with_user(self.mara).action_approve()
        version.with_user(self.ada).action_approve()
        self.assertEqual((version.state, version.approved_by), ("approved", self.ada))
        self.assertEqual(self.material.current_id, version)

    def test_a_new_version_retires_the_one_before(self):
        first, second = self._version(), self._version(PNG, "flyer.png")
        for version in (first, second):
            version.with_user(self.mona).action_approve()
        self.assertEqual((first.state, second.state), ("retired", "approved"))
        self.assertEqual(self.material.current_id, second)
        with self.assertRaisesRegex(UserError, "Only drafts"):
            first.with_user(self.mona).action_approve()
        second.with_user(self.mara).action_retire()
        self.assertFalse(self.material.current_id)

    def test_a_version_is_not_changed_afterwards(self):
        version = self._version()
        for values in ({"file": PNG}, {"state": "approved"}, {"author_id": self.max.id}):
            with self.assertRaisesRegex(UserError, "new version"):
                version.write(values)
        version.note = "Bigger letters"
        version.with_user(self.mona).action_approve()
        with self.assertRaisesRegex(UserError, "retired, not deleted"):
            version.unlink()

    def test_where_it_is_used(self):
        self.assertEqual(self.campaign.material_ids, self.material)
        action = self.material.action_open_campaigns()
        self.assertEqual(self.env["utm.campaign"].search(action["domain"]), self.campaign)
        self.assertEqual(self.material.campaign_count, 1)
        self.assertEqual(self.campaign.copy().material_ids, self.material)

    def test_who_may(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.material.company_id = other
        materials = self.env["crm.campaign.material"]
        self.assertNotIn(self.material, materials.with_user(self.mara).search([]))
        with self.assertRaises(AccessError):
            materials.with_user(self.emma).search([])
        self.assertTrue(self.mara.has_group(f"{MODULE}.group_campaign_user"))
