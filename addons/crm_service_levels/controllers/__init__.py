from . import feedback, guest, help_page, portal
