from . import feedback, help_page
