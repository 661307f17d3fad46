from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    quality_user_id = fields.Many2one(
        "res.users",
        "Looks after quality",
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="In purchasing or production: gets the quality signals of the category's products, "
        "and of the categories below without a person of their own.",
    )

    def _quality_responsible(self):
        """The nearest person up the tree of categories, or nobody."""
        category = self
        while category and not category.quality_user_id:
            category = category.parent_id
        return category.quality_user_id
