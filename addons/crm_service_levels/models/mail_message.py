from odoo import api, models
from odoo.tools import SQL

#: What documents show of their messages.
_SHOWN = ["message_ids", "message_needaction", "message_needaction_counter"]


class MailMessage(models.Model):
    _inherit = "mail.message"

    # The touch ledger finds what was said about requests since its last fill.
    _service_fill_idx = models.Index(
        "(write_date, id) WHERE model = 'crm.service.request'"
        " AND message_type IN ('comment', 'email', 'email_outgoing')"
    )

    @api.model
    def _service_copy(self, wanted):
        """Give notes that one document has to others of its model, by one statement.

        All that the ORM has put into the note is in its copies, so that it says the same in the
        chatter of every document. Only for notes: nobody is notified and no file is attached.

        :param wanted: ``{note id: ids of the documents that get it, too}``
        """
        pairs = [(note, document) for note, ids in wanted.items() for document in ids]
        if not pairs:
            return
        notes, documents = map(list, zip(*pairs, strict=True))
        self.flush_model()
        self.env.execute_query(self._service_copy_sql(notes, documents))
        threads = self.env[self.browse(notes[0]).model].browse(documents)
        threads.invalidate_recordset(_SHOWN, flush=False)

    def _service_copy_sql(self, notes, documents):
        kept = [
            SQL.identifier(field.name)
            for field in self._fields.values()
            if field.store and field.column_type and field.name not in ("id", "res_id")
        ]
        columns = SQL(", ").join(kept)
        return SQL(
            """INSERT INTO mail_message (%(columns)s, res_id) SELECT %(columns)s, pair.document
            FROM unnest(%(notes)s::int[], %(documents)s::int[]) WITH ORDINALITY
                AS pair (note, document, place)
            JOIN mail_message ON id = pair.note ORDER BY pair.place""",
            columns=columns,
            notes=notes,
            documents=documents,
        )
