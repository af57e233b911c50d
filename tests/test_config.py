"""Tests that settings are documented, typed, loud about mistakes, and that production takes no toys."""

import re
import runpy
import stat
import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from workflow.app import create_app
from workflow.domain.terms import Role
from workflow.settings import CHOICES, SettingsBroken, load, read_body

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config"
KEY = "k" * 32
PRODUCTION = {
    "ADREF_CONFIG": "production",
    "ADREF_SECRET_KEY": KEY,
    "ADREF_DATABASE_URL": "postgresql://adref@db.adref.test/adref",
    "ADREF_BODY": "config/asean.toml",
    "ADREF_BASE_URL": "https://adref.test/",
    "ADREF_MAIL_SERVER": "mail.adref.test",
    "ADREF_MAIL_SENDER": "adref@adref.test",
    "ADREF_MAIL_REPLY_TO": "secretariat@adref.test",
    "ADREF_LOG_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}


def names_in(path: Path) -> list[str]:
    return [name for name in runpy.run_path(str(path)) if re.fullmatch("[A-Z][A-Z0-9_]*", name)]


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsBroken) as caught:
        load(environ)
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    return caught.value.problems


def test_every_setting_has_a_comment_above_it() -> None:
    lines = (CONFIG / "default.py").read_text(encoding="utf-8").splitlines()
    settings = [place for place, line in enumerate(lines) if re.match("[A-Z][A-Z0-9_]*:", line)]
    assert [lines[place] for place in settings if not lines[place - 1].startswith("# ")] == []
    assert [lines[place].partition(":")[0] for place in settings] == names_in(CONFIG / "default.py")


def test_every_setting_has_a_row_in_the_documentation() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(?:ADREF_)?([A-Z0-9_]+)` \|", text, flags=re.MULTILINE)
    assert sorted(rows) == sorted(["CONFIG", *names_in(CONFIG / "default.py")])


def test_every_key_of_a_body_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    given = tomllib.loads((CONFIG / "asean.toml").read_text(encoding="utf-8"))
    keys = {*given, *given["office"], *given["rules"], *given["wordings"], "member_until"}
    keys |= {key for one in [*given["states"], *given["meetings"]] for key in one}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


@pytest.mark.parametrize("name", [name for name in CHOICES if name != "default"])
def test_files_laid_over_know_only_settings(name: str) -> None:
    assert set(names_in(CONFIG / f"{name}.py")) - set(names_in(CONFIG / "default.py")) == set()


def test_choices_are_the_files() -> None:
    assert sorted(CHOICES) == sorted(path.stem for path in CONFIG.glob("*.py"))


def test_default_has_no_key() -> None:
    assert problems({}) == ["ADREF_SECRET_KEY is not set; give it 32 random characters or more."]


def test_paths_begin_in_the_project_s_folder(tmp_path: Path) -> None:
    settings = load({"ADREF_SECRET_KEY": KEY, "ADREF_MAIL_CA_FILE": "/etc/ca.pem"}, tmp_path)
    assert settings["DATABASE_URL"] == f"sqlite:///{tmp_path}/instance/adref.sqlite3"
    assert settings["BODY"] == f"{tmp_path}/config/asean.toml"
    assert settings["MAILBOX_DIR"] == f"{tmp_path}/instance/mailbox"
    assert settings["MAIL_CA_FILE"] == "/etc/ca.pem"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/a.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:a?uri=true",
        "postgresql:///a",
    ],
)
def test_other_database_urls_stay_as_given(url: str) -> None:
    assert load({"ADREF_SECRET_KEY": KEY, "ADREF_DATABASE_URL": url})["DATABASE_URL"] == url


def test_environment_is_read_by_type() -> None:
    settings = load(
        {
            "ADREF_SECRET_KEY": KEY,
            "ADREF_MAIL_PORT": "2525",
            "ADREF_CLOCK_THREAD": "Yes",
            "ADREF_RETRY_PAUSES": "1, 2,3",
            "ADREF_LANGUAGES": "en,vi",
            "ADREF_SESSION_HOURS": "2",
            "ADREF_BASE_URL": "https://adref.test/",
            "PATH": "/bin",
        }
    )
    assert settings["MAIL_PORT"] == 2525
    assert settings["CLOCK_THREAD"] is True
    assert settings["RETRY_PAUSES"] == (1, 2, 3)
    assert settings["LANGUAGES"] == ("en", "vi")
    assert settings["PERMANENT_SESSION_LIFETIME"] == timedelta(hours=2)
    assert settings["BASE_URL"] == "https://adref.test"


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("ADREF_MAIL_PORT", "smtp", "ADREF_MAIL_PORT is “smtp”; it must be a whole number."),
        ("ADREF_MAIL_PORT", "-1", "ADREF_MAIL_PORT is “-1”; it must be a whole number."),
        ("ADREF_MAIL_PORT", "70000", "ADREF_MAIL_PORT must lie between 1 and 65535."),
        ("ADREF_CLOCK_THREAD", "maybe", "ADREF_CLOCK_THREAD is “maybe”; it must be true or false."),
        ("ADREF_CLOCK_THREAD", "", "ADREF_CLOCK_THREAD is “”; it must be true or false."),
        (
            "ADREF_RETRY_PAUSES",
            "1;2",
            "ADREF_RETRY_PAUSES is “1;2”; it must be whole numbers between commas.",
        ),
        ("ADREF_RETRY_PAUSES", "", "ADREF_RETRY_PAUSES must not be 0 or empty."),
        ("ADREF_CLOCK", "now", "ADREF_CLOCK is “now”; it must be left out: only code can set it."),
        ("ADREF_MAIL_SEVER", "x", "ADREF_MAIL_SEVER is no setting; did you mean ADREF_MAIL_SERVER?"),
        ("ADREF_CONFG", "x", "ADREF_CONFG is no setting; did you mean ADREF_CONFIG?"),
        ("ADREF_QQQQQQQQQQQQ", "x", "ADREF_QQQQQQQQQQQQ is no setting."),
        (
            "ADREF_CONFIG",
            "prod",
            "ADREF_CONFIG is “prod”; use one of default, demonstration, production, testing.",
        ),
        ("ADREF_BASE_URL", "adref.test", "ADREF_BASE_URL must be an address such as https://adref.example."),
        ("ADREF_MAIL_USE_SSL", "on", "ADREF_MAIL_USE_TLS excludes MAIL_USE_SSL; turn one of them off."),
        (
            "ADREF_LEASE_SECONDS",
            "100",
            "ADREF_LEASE_SECONDS must be more than five times MAIL_TIMEOUT_SECONDS.",
        ),
        ("ADREF_SESSION_HOURS", "0", "ADREF_SESSION_HOURS must not be 0 or empty."),
        ("ADREF_BOUNCE_TIMEOUT_SECONDS", "0", "ADREF_BOUNCE_TIMEOUT_SECONDS must not be 0 or empty."),
        ("ADREF_BOUNCE_IMAP_PORT", "0", "ADREF_BOUNCE_IMAP_PORT must lie between 1 and 65535."),
        (
            "ADREF_BOUNCE_READ_FOLDER",
            "../x",
            "ADREF_BOUNCE_READ_FOLDER must be a name of letters, digits, - and _.",
        ),
        (
            "ADREF_BOUNCE_ADDRESS",
            "bounces",
            "ADREF_BOUNCE_ADDRESS: “bounces” must be one address such as bounces@adref.example: "
            "small letters, digits and . _ - before the @, 17 at most.",
        ),
        ("ADREF_DATABASE_URL", "mysql://x", "ADREF_DATABASE_URL must begin with sqlite:// or postgresql://."),
    ],
)
def test_mistake_names_its_variable(variable: str, text: str, problem: str) -> None:
    assert problems({"ADREF_SECRET_KEY": KEY, variable: text}) == [problem]


def test_one_mailbox_is_read_and_no_second() -> None:
    both = {"ADREF_BOUNCE_MAILDIR": "mail", "ADREF_BOUNCE_IMAP_SERVER": "imap.example"}
    assert problems({"ADREF_SECRET_KEY": KEY, **both}) == [
        "ADREF_BOUNCE_MAILDIR excludes BOUNCE_IMAP_SERVER; leave one of them empty."
    ]


def test_all_mistakes_are_named_at_once() -> None:
    assert problems({"ADREF_MAIL_PORT": "x", "ADREF_NO": "x"}) == [
        "ADREF_MAIL_PORT is “x”; it must be a whole number.",
        "ADREF_NO is no setting.",
    ]


def test_production_lists_everything_that_is_missing() -> None:
    names = sorted(name for name in PRODUCTION if name != "ADREF_CONFIG")
    for nothing in (
        {},
        dict.fromkeys(set(names) - {"ADREF_DATABASE_URL", "ADREF_BODY", "ADREF_BASE_URL"}, ""),
    ):
        found = sorted(problems({"ADREF_CONFIG": "production", **nothing}))
        assert [one.partition(" is not set; production needs it")[0] for one in found] == names
        assert "openssl rand -base64 32" in found[names.index("ADREF_LOG_KEY")]


def test_wrong_settings_end_the_start_with_what_is_wrong_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADREF_CONFIG", "production")
    with pytest.raises(SystemExit) as ended:
        create_app()
    assert str(ended.value).startswith("The settings cannot be used:\n- ADREF_SECRET_KEY is not set;")


def test_body_that_cannot_be_read_ends_the_start_with_what_is_wrong_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ADREF_SECRET_KEY", KEY)
    monkeypatch.setenv("ADREF_BODY", "config/none.toml")
    with pytest.raises(SystemExit, match=r"none\.toml: it cannot be read"):
        create_app()


def test_production_starts_with_what_it_needs() -> None:
    settings = load(PRODUCTION)
    assert (settings["DEMONSTRATION"], settings["SESSION_COOKIE_SECURE"]) == (False, True)
    assert settings["BASE_URL"] == "https://adref.test"


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("DEMONSTRATION", "true",
         "ADREF_DEMONSTRATION is on; production refuses the demonstration's people and mailbox."),
        ("SESSION_COOKIE_SECURE", "false",
         "ADREF_SESSION_COOKIE_SECURE is off; production sends cookies over HTTPS only."),
        ("SECRET_KEY", "short", "ADREF_SECRET_KEY is too short; use 32 random characters or more."),
        ("BASE_URL", "http://adref.test",
         "ADREF_BASE_URL does not begin with https://; production is reached over HTTPS only."),
        ("MAIL_USE_TLS", "false",
         "Letters would travel in the clear; set ADREF_MAIL_USE_TLS or ADREF_MAIL_USE_SSL."),
        ("MAIL_SENDER", "a@adref.example", "ADREF_MAIL_SENDER ends in .example, where no letter arrives."),
    ],
)  # fmt: skip
def test_production_refuses_toys(variable: str, text: str, problem: str) -> None:
    assert problems(PRODUCTION | {f"ADREF_{variable}": text}) == [problem]


def test_production_reads_no_mailbox_elsewhere_in_the_clear() -> None:
    in_clear = PRODUCTION | {"ADREF_BOUNCE_IMAP_USE_SSL": "no"}
    told = "The mailbox would be read in the clear; set ADREF_BOUNCE_IMAP_USE_SSL."
    assert problems(in_clear | {"ADREF_BOUNCE_IMAP_SERVER": "imap.adref.test"}) == [told]
    for its_own in ({"ADREF_BOUNCE_IMAP_SERVER": "localhost"}, {}):
        assert load(in_clear | its_own)["BOUNCE_IMAP_USE_SSL"] is False


def test_production_may_hand_letters_to_its_own_machine_in_the_clear() -> None:
    settings = load(PRODUCTION | {"ADREF_MAIL_SERVER": "localhost", "ADREF_MAIL_USE_TLS": "no"})
    assert settings["MAIL_USE_TLS"] is False


def test_demonstration_makes_its_key_once_for_its_user_alone(tmp_path: Path) -> None:
    environ = {"ADREF_CONFIG": "demonstration"}
    first = load(environ, tmp_path)["SECRET_KEY"]
    assert load(environ, tmp_path)["SECRET_KEY"] == first
    assert len(first) == 64
    kept = tmp_path / "instance" / "demonstration-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["demonstration-key"]


def test_demonstration_takes_a_given_key(tmp_path: Path) -> None:
    settings = load({"ADREF_CONFIG": "demonstration", "ADREF_SECRET_KEY": KEY}, tmp_path)
    assert (settings["SECRET_KEY"], settings["DEMONSTRATION"]) == (KEY, True)
    assert list(tmp_path.iterdir()) == []


def test_demonstration_has_people_for_every_office_and_state() -> None:
    given = tomllib.loads((CONFIG / "demo" / "people.toml").read_text(encoding="utf-8"))
    body = read_body(CONFIG / "asean.toml")
    people = given["people"]
    assert len(given["password"]) >= 12
    assert len({person["email"] for person in people}) == len(people)
    assert [person["email"] for person in people if not person["email"].endswith(".example")] == []
    held = [appointment for person in people for appointment in person["appointments"]]
    roles = Counter(Role(appointment["role"]) for appointment in held)
    assert (roles[Role.SECRETARIAT], roles[Role.LEAD_SHEPHERD], roles[Role.PROGRAMME]) == (2, 2, 1)
    points = sorted(one["state"] for one in held if one["role"] == "contact_point")
    assert points == sorted(state.code for state in body.states)
    assert sorted(one["state"] for one in held if one["role"] == "drafter") == ["MY", "TH"]


def test_demonstration_s_people_speak_for_one_state_each() -> None:
    people = tomllib.loads((CONFIG / "demo" / "people.toml").read_text(encoding="utf-8"))["people"]
    for person in people:
        states = {appointment.get("state") for appointment in person["appointments"]}
        assert len(states) == 1, person["name"]
    both = [person["name"] for person in people if len(person["appointments"]) == 2]
    assert both == ["Ramon Villanueva"]
