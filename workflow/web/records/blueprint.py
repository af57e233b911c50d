"""The blueprint of the records of circulations.

Its views are in the other files of this folder.
"""

from flask import Blueprint

blueprint = Blueprint("records", __name__)
