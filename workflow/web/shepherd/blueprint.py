"""The blueprint of the Lead Shepherd's desk.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("shepherd", __name__)
