from odoo import fields, models
from odoo.tools import SQL

EXITS = [
    ("contained", "Solved in the menu"),
    ("queue", "To a queue"),
    ("voicemail", "Voice message"),
    ("callback", "Call-back asked for"),
    ("given_up", "Menu gave up"),
    ("left", "Hung up without an answer"),
    ("loop", "Too many steps"),
]


class CrmCallMenuReport(models.Model):
    """What callers did in telephone menus: one row per call and step that he came to (CC-4, CC-8).

    *Contained* is a call that ended in the menu after a step that answers its matter, heard for the
    seconds set on the menu; hanging up in the first seconds, or going on to a queue, is not. The
    share is of calls that have left the menu: without any there is none.
    """

    _name = "crm.call.menu.report"
    _description = "Telephone menus: way of callers"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "call_id"
    _depends = {
        "crm.call": ["company_id", "path", "start"],
        "crm.call.menu": ["code", "company_id"],
        "crm.call.menu.node": ["menu_id"],
    }

    call_id = fields.Many2one("crm.call", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime("Began", readonly=True)
    menu_id = fields.Many2one("crm.call.menu", readonly=True)
    version = fields.Integer(readonly=True, aggregator=None)
    node_id = fields.Many2one("crm.call.menu.node", "Step", readonly=True)
    visits = fields.Integer("Times here", readonly=True)
    wrong = fields.Integer("Wrong or silent", readonly=True)
    exit = fields.Selection(EXITS, "Left the menu", readonly=True)
    ended = fields.Integer("Calls that left here", readonly=True)
    contained = fields.Integer("Solved in the menu", readonly=True)
    containment = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the calls that left the menu which ended there with their matter answered.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH steps AS (
                SELECT c.id AS call_id, c.company_id, c.start, lower(s.step->>'menu') AS code,
                       s.step->>'node' AS node, s.step->>'step' AS step, s.ord,
                       s.step->>'menu_version' AS version,
                       s.step ? 'digit' OR s.step ? 'outcome' AS is_choice
                  FROM crm_call c
                 CROSS JOIN LATERAL jsonb_array_elements(
                       CASE jsonb_typeof(c.path) WHEN 'array' THEN c.path ELSE '[]' END
                     ) WITH ORDINALITY AS s (step, ord)
                 WHERE s.step->>'kind' = 'ivr' AND s.step ?& ARRAY['menu', 'node']
            ), rows AS (
                SELECT call_id, company_id, start, code, node,
                       max(CASE WHEN version ~ '^[0-9]{1,9}$' THEN version::integer END) AS version,
                       count(*) FILTER (WHERE step = 'ivr' AND NOT is_choice) AS visits,
                       count(*) FILTER (WHERE step = 'ivr_wrong') AS wrong
                  FROM steps GROUP BY call_id, company_id, start, code, node
            ), exits AS (
                SELECT DISTINCT ON (call_id, code) call_id, code, node,
                       replace(step, 'ivr_', '') AS exit
                  FROM steps
                 WHERE step IN ('ivr_contained', 'ivr_queue', 'voicemail', 'callback',
                                'ivr_given_up', 'ivr_left', 'ivr_loop')
                 ORDER BY call_id, code, ord DESC
            )
            SELECT r.call_id::bigint * 1000
                   + row_number() OVER (PARTITION BY r.call_id ORDER BY r.code, r.node) AS id,
                   r.call_id, r.company_id, r.start AS date, m.id AS menu_id, r.version,
                   n.id AS node_id, r.visits, r.wrong, x.exit,
                   CASE WHEN x.exit IS NOT NULL THEN 1 ELSE 0 END AS ended,
                   CASE WHEN x.exit = 'contained' THEN 1 ELSE 0 END AS contained,
                   CASE WHEN x.exit IS NOT NULL
                        THEN CASE WHEN x.exit = 'contained' THEN 1.0 ELSE 0.0 END
                   END AS containment
              FROM rows r
              JOIN crm_call_menu m ON lower(m.code) = r.code AND m.company_id = r.company_id
              LEFT JOIN crm_call_menu_node n ON n.menu_id = m.id AND r.node = 'n' || n.id
              LEFT JOIN exits x ON x.call_id = r.call_id AND x.code = r.code AND x.node = r.node
            """
        )

    def action_call(self):
        """The call."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call",
            "res_id": self.call_id.id,
            "views": [(False, "form")],
        }
