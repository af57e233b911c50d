"""The blueprint of the page that shows every component; installations for real work do not hang it.

Which installations do is in `workflow/app.py`.
"""

from flask import Blueprint

blueprint = Blueprint("showcase", __name__, url_prefix="/about")
