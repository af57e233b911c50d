"""The blueprint of the pages that machines read; they belong to no capacity."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)
