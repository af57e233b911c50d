"""The blueprint of a State's desk; its views are in the modules beside this one.

Who may enter is in `workflow/web/doors.py`.
"""

from flask import Blueprint

blueprint = Blueprint("focal_point", __name__)
