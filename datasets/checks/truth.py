"""Totals of the source, by month, customer and product, straight from its own table."""

import pyarrow as pa
import pyarrow.compute as pc

KEYS = ("month", "customer", "product")
MEASURES = ("net", "discount", "quantity", "lines")


def totals(source):
    """{key: {measure: {group: total}}}; amounts in cents, quantities as they are sold."""
    table = _prepared(source)
    return {key: _grouped(table, key) for key in KEYS}


def receipts(source):
    """{name of the receipt: cents}."""
    grouped = source.table().group_by("basket").aggregate([("net", "sum")])
    pairs = zip(grouped["basket"].to_pylist(), grouped["net_sum"].to_pylist(), strict=True)
    return {source.basket_name(basket): cents for basket, cents in pairs}


def _prepared(source):
    raw = source.table()
    discount = pc.add(raw["retail"], raw["match"])
    empty = pc.and_(pc.equal(raw["quantity"], 0), pc.not_equal(pc.add(raw["net"], discount), 0))
    shop_time = pc.local_timestamp(pc.assume_timezone(raw["moment"], "UTC").cast(
        pa.timestamp("us", source.timezone)))  # fmt: skip
    columns = {
        "month": pc.strftime(shop_time, "%Y-%m"),
        "customer": raw["customer"],
        "product": raw["product"],
        "net": raw["net"],
        "discount": discount,
        "quantity": pc.if_else(empty, 1, raw["quantity"]),
        "lines": pa.array([1] * raw.num_rows),
    }
    return pa.table(columns)


def _grouped(table, key):
    grouped = table.group_by(key).aggregate([(measure, "sum") for measure in MEASURES])
    names = [str(value) for value in grouped[key].to_pylist()]
    return {
        measure: dict(zip(names, grouped[f"{measure}_sum"].to_pylist(), strict=True))
        for measure in MEASURES
    }
