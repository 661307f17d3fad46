"""What people read on fields: given by us, in sentence case."""

from odoo.tests import TransactionCase, tagged

PREFIX = "crm_customer_insight"
#: Odoo adds these to each model, with labels of its own.
COMMON = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}


def is_title(word):
    """``Stage`` is; ``stage``, ``RFM`` and ``M`` (a score) are not."""
    return word[:1].isupper() and not word.isupper()


@tagged("post_install", "-at_install")
class TestLabels(TransactionCase):
    def test_sentence_case(self):
        labels = {
            f"{model._name}.{name}": field.string
            for model in self.env.registry.values()
            for name, field in model._fields.items()
            if (field._module or "").startswith(PREFIX) and name not in COMMON
        }
        self.assertGreater(len(labels), 200)
        titles = {
            name: label
            for name, label in labels.items()
            if any(is_title(word) for word in label.split()[1:])
        }
        self.assertEqual(titles, {})
        self.assertEqual([name for name, label in labels.items() if label[:1].islower()], [])
