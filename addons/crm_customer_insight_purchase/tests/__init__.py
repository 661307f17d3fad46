from . import test_product_quality_menu
