import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { KeepLast } from "@web/core/utils/concurrency";

import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { absoluteTime, CLOSED_TITLE, openDocument, relativeTime, shortAmount } from "../customer_360_utils";

const PAGE = 40;
// Pages that may come back empty, in a row, before the user is asked whether to look further.
const EMPTY_PAGES = 5;

const DIRECTIONS = {
    in: { icon: "fa-arrow-down", label: _t("From the customer") },
    out: { icon: "fa-arrow-up", label: _t("To the customer") },
};

/** One line of everything that happened, newest first, read page by page while scrolling. */
export class Customer360Timeline extends Component {
    static template = "crm_customer_insight.Customer360Timeline";
    static props = {
        partnerId: Number,
        kinds: { type: Array, optional: true },
        search: { type: String, optional: true },
        onFilter: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.absoluteTime = absoluteTime;
        this.relativeTime = relativeTime;
        this.amount = shortAmount;
        this.closedTitle = CLOSED_TITLE;
        this.end = useRef("end");
        this.state = useState({
            rows: [],
            next: null,
            loading: true,
            error: false,
            chips: [],
            bounded: false,
            kinds: [...(this.props.kinds || [])],
            search: this.props.search || "",
        });
        this.searchLater = useDebounced(() => this.reload(), 300);
        onWillStart(() => {
            this.loadChips();
            this.reload();
        });
        useEffect(
            (el) => this.watchEnd(el),
            () => [this.end.el, this.state.rows.length, this.state.loading]
        );
    }

    /** Loads the next page when the end of the list comes into sight. */
    watchEnd(el) {
        if (!el || this.state.loading) {
            return;
        }
        const observer = new IntersectionObserver(
            (entries) => entries.some((entry) => entry.isIntersecting) && this.more(),
            { rootMargin: "300px" }
        );
        observer.observe(el);
        return () => observer.disconnect();
    }

    async loadChips() {
        const counts = await this.orm.silent
            .call("crm.touchpoint", "get_timeline_counts", [this.props.partnerId])
            .catch(() => null);
        if (counts) {
            this.state.chips = counts.kinds;
            this.state.bounded = counts.bounded;
        }
    }

    reload() {
        this.state.rows = [];
        this.state.next = null;
        this.props.onFilter?.({ kinds: [...this.state.kinds], search: this.state.search });
        return this.load();
    }

    more() {
        if (!this.state.loading && this.state.next) {
            return this.load();
        }
    }

    async load() {
        this.state.loading = true;
        this.state.error = false;
        try {
            for (let page = 0; page < EMPTY_PAGES; page++) {
                const answer = await this.fetch();
                this.state.rows.push(...answer.rows);
                this.state.next = answer.next;
                if (answer.rows.length || !answer.next) {
                    break;
                }
            }
        } catch {
            this.state.error = true;
        }
        this.state.loading = false;
    }

    fetch() {
        const request = this.orm.silent.call("crm.touchpoint", "get_timeline", [
            this.props.partnerId,
            this.state.kinds.length ? [...this.state.kinds] : null,
            this.state.search || null,
            this.state.next,
            PAGE,
        ]);
        return this.keepLast.add(request);
    }

    toggle(kind) {
        const { kinds } = this.state;
        this.state.kinds = kinds.includes(kind)
            ? kinds.filter((other) => other !== kind)
            : [...kinds, kind];
        return this.reload();
    }

    clear() {
        this.state.kinds = [];
        this.state.search = "";
        return this.reload();
    }

    onSearch(ev) {
        this.state.search = ev.target.value;
        this.searchLater();
    }

    get filtered() {
        return Boolean(this.state.kinds.length || this.state.search);
    }

    count(chip) {
        return this.state.bounded ? `${chip.count}+` : `${chip.count}`;
    }

    direction(row) {
        return DIRECTIONS[row.direction];
    }

    subject(row) {
        return row.name || row.kind_label;
    }

    /** Heading of the month a row opens, or nothing when the row before is of the same month. */
    heading(index) {
        const month = this.month(this.state.rows[index]);
        return index && this.month(this.state.rows[index - 1]) === month ? "" : month;
    }

    month(row) {
        return luxon.DateTime.fromSQL(row.date, { zone: "utc" })
            .toLocal()
            .toLocaleString({ month: "long", year: "numeric" });
    }

    open(row) {
        return openDocument(this.action, row.res_model, row.res_id);
    }
}
