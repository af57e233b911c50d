"""The Flask extensions as objects, bound to an application in `workflow/app.py`.

What they are used for is in `workflow/web/`; the database is not one of them (`workflow/db.py`).
"""

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf import CSRFProtect

login = LoginManager()
compress = Compress()
csrf = CSRFProtect()
babel = Babel()
# Where the store of counts is away, each process counts for itself until it is back.
limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True)
