"""The blueprint of signing in, passwords and capacities.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("auth", __name__)
