"""The blueprint of the secretariat's desk.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("secretariat", __name__)
