"""Every setting with its safe default; docs/settings.md lists them for operators.

Nothing here belongs to one installation: `ADREF_<NAME>` in the environment says otherwise, and
`ADREF_CONFIG` names the file (production, demonstration, testing) that is laid over this one.
"""

from collections.abc import Callable
from datetime import datetime

# Where the database is, as SQLAlchemy writes it; a relative SQLite path begins in the project's folder.
DATABASE_URL: str = "sqlite:///instance/adref.sqlite3"

# Connections a process keeps open to PostgreSQL.
DATABASE_POOL_SIZE: int = 5

# Connections it opens beyond them when many are needed at once.
DATABASE_POOL_OVERFLOW: int = 10

# How long a request waits for a connection before it fails.
DATABASE_POOL_WAIT_SECONDS: int = 30

# The broker that wakes Celery's workers, redis:// or amqp://; empty where one machine does all.
BROKER_URL: str = ""

# The file that describes the body: its States, meetings and rules.
BODY: str = "config/asean.toml"

# The address at which people reach the pages; letters build their links from it.
BASE_URL: str = "http://127.0.0.1:5000"

# Signs sessions and forms. Never committed: it has no default.
SECRET_KEY: str = ""

# The languages offered, the first being the default.
LANGUAGES: tuple[str, ...] = ("en",)

# How many reverse proxies in front of the pages may say who the caller is.
TRUSTED_PROXIES: int = 0

# --- Letters ---

# The mail server that takes the letters.
MAIL_SERVER: str = "localhost"

# Its port.
MAIL_PORT: int = 587

# Begin in the clear and turn to TLS (STARTTLS); the server's certificate is verified.
MAIL_USE_TLS: bool = True

# Speak TLS from the first byte; not together with MAIL_USE_TLS.
MAIL_USE_SSL: bool = False

# A file of certificates to trust instead of the system's, for a mail server with its own authority.
MAIL_CA_FILE: str = ""

# Who signs in at the mail server; empty for a server that asks nobody.
MAIL_USERNAME: str = ""

# The password that goes with it.
MAIL_PASSWORD: str = ""

# The address the letters come from.
MAIL_SENDER: str = "adref@adref.example"

# The secretariat's address, to which replies go.
MAIL_REPLY_TO: str = "secretariat@adref.example"

# How long one step of the dialogue with the mail server may take.
MAIL_TIMEOUT_SECONDS: int = 20

# Off, so that flask-mail never pretends to have sent, as it does while Flask is testing.
MAIL_SUPPRESS_SEND: bool = False

# The pauses before a letter is tried again; after the last it is given up and the secretariat told.
RETRY_PAUSES: tuple[int, ...] = (60, 300, 900, 3600, 14400, 43200)

# --- What comes back by e-mail ---

# The address to which letters come back: each leaves with one of its own, "name+number.token@domain", that
# nobody can make up. Empty: they come back to MAIL_SENDER and are told apart by their Message-ID.
BOUNCE_ADDRESS: str = ""

# A Maildir of this machine in which what comes back arrives; empty where there is none.
BOUNCE_MAILDIR: str = ""

# The IMAP server that holds that mailbox instead; empty where there is none.
BOUNCE_IMAP_SERVER: str = ""

# Its port.
BOUNCE_IMAP_PORT: int = 993

# Speak TLS from the first byte; the server's certificate is verified.
BOUNCE_IMAP_USE_SSL: bool = True

# A file of certificates to trust instead of the system's.
BOUNCE_IMAP_CA_FILE: str = ""

# Who signs in at the IMAP server.
BOUNCE_IMAP_USERNAME: str = ""

# The password that goes with it.
BOUNCE_IMAP_PASSWORD: str = ""

# The folder in which messages arrive.
BOUNCE_IMAP_FOLDER: str = "INBOX"

# The folder into which messages are moved once they are kept; nothing is deleted.
BOUNCE_READ_FOLDER: str = "Adref-read"

# The pause between two readings of the mailbox.
BOUNCE_INTERVAL_SECONDS: int = 60

# How long one step of the dialogue with the IMAP server may take; the whole of it five times as long.
BOUNCE_TIMEOUT_SECONDS: int = 20

# How much of a message is read; the rest stays in the mailbox.
BOUNCE_MESSAGE_BYTES: int = 1024 * 1024

# --- The clock ---

# A function that returns the instant instead of the database's clock; only code can give one.
CLOCK: Callable[[], datetime] | None = None

# Run the clock in a thread of the pages' process; off where `flask clock tick` is called from outside.
CLOCK_THREAD: bool = False

# The pause between two rounds of that thread.
CLOCK_INTERVAL_SECONDS: int = 5

# How long a worker keeps a letter to itself; must outlast the slowest dialogue with the mail server.
LEASE_SECONDS: int = 180

# --- The log ---

# Where the log's signing key and the file of the highest checkpoint signed are; never restored from a backup.
LOG_FOLDER: str = "instance/log"

# Whether this process may sign: one host holds the key and the file; where it is off, receipts follow.
LOG_SIGNS: bool = True

# The signing key, 32 bytes in base64; empty: the file signing-key in LOG_FOLDER, made on the first run.
LOG_KEY: str = ""

# The signing key before LOG_KEY, given to `flask audit rotate-key` alone; nothing else reads it.
LOG_KEY_BEFORE: str = ""

# --- Sign-in and sessions ---

# How long a session lasts without being used.
SESSION_HOURS: int = 10

# The cookie's name.
SESSION_COOKIE_NAME: str = "adref_session"

# Send the cookie over HTTPS only.
SESSION_COOKIE_SECURE: bool = True

# Keep the cookie from scripts.
SESSION_COOKIE_HTTPONLY: bool = True

# Keep the cookie from requests that other sites start, except plain links.
SESSION_COOKIE_SAMESITE: str = "Lax"

# How long an invitation's link works.
INVITATION_HOURS: int = 168

# How long the link to a new password works.
RESET_MINUTES: int = 60

# Rounds of the password hash.
ARGON2_TIME_COST: int = 3

# Memory of one password hash, in KiB.
ARGON2_MEMORY_COST: int = 65536

# Lanes of the password hash.
ARGON2_PARALLELISM: int = 4

# Forms stay good as long as the session: a form that takes a day to fill in must not lose its text.
WTF_CSRF_TIME_LIMIT: None = None

# --- Limits ---

# Count requests and refuse too many.
RATELIMIT_ENABLED: bool = True

# Where the counts are kept; memory is one process's own, so several need redis:// or memcached://.
RATELIMIT_STORAGE_URI: str = "memory://"

# Requests from one address to any page.
RATELIMIT_DEFAULT: str = "600 per minute"

# Attempts to sign in from one address.
RATELIMIT_SIGN_IN: str = "10 per minute"

# Requests for a new password from one address.
RATELIMIT_RESET: str = "5 per hour"

# The largest file that can be attached to an item, in bytes.
ATTACHMENT_BYTES: int = 10 * 1024 * 1024

# The endings of files that can be attached; they are only ever downloaded, never shown.
ATTACHMENT_TYPES: tuple[str, ...] = ("pdf", "docx", "odt", "xlsx", "ods", "txt", "png", "jpg")

# The largest request, in bytes: an attachment and the form around it.
MAX_CONTENT_LENGTH: int = 16 * 1024 * 1024

# The largest form without its files, in bytes: several texts of 100,000 characters in any script.
MAX_FORM_MEMORY_SIZE: int = 8 * 1024 * 1024

# The most fields in a form: an answer to each of several hundred items.
MAX_FORM_PARTS: int = 5000

# --- Seeing it run ---

# What the program writes to its standard error: DEBUG, INFO (with a line a request), WARNING, ERROR.
JOURNAL_LEVEL: str = "WARNING"

# As lines of JSON with the id of the request, without personal data and texts.
JOURNAL_AS_JSON: bool = False

# Write down statements that take longer, without their values; 0 for none.
SLOW_QUERY_MILLISECONDS: int = 0

# The addresses or networks that may read /metrics.
METRICS_ADDRESSES: tuple[str, ...] = ()

# Whoever shows this token may read /metrics, too; empty for nobody.
METRICS_TOKEN: str = ""

# The folder in which all processes of this host count requests, emptied at each start; empty: not counted.
METRICS_FOLDER: str = ""

# The folder in which backups lie, so that `flask doctor` can tell how old the newest is.
BACKUP_FOLDER: str = ""

# How old the newest backup may be.
BACKUP_HOURS: int = 26

# --- Weight ---

# How answers are compressed, the first that a browser knows.
COMPRESS_ALGORITHM: tuple[str, ...] = ("br", "gzip")

# Leave what is handed out piece by piece, such as attached files, as it is.
COMPRESS_STREAMS: bool = False

# How hard brotli tries, 0 to 11: from 6 on a page takes longer to compress than to send.
COMPRESS_BR_LEVEL: int = 5

# --- Demonstration ---

# Load invented people, show the banner, and let anyone read the caught letters at /mailbox.
DEMONSTRATION: bool = False

# Where the demonstration's mail catcher puts the letters.
MAILBOX_DIR: str = "instance/mailbox"
