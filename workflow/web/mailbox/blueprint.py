"""The blueprint of the mailbox: every letter that was caught, for everybody to read.

Installations whose letters reach people do not hang it: see `DEMONSTRATION_ONLY` in `workflow/app.py`.
"""

from flask import Blueprint

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")
