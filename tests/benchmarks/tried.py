"""What was tried for each bar that is not reached, in a line; docs/scale.md says more."""

TRIED = {
    1: "silence judged once a State, words looked up once; the page says far more than the bare matrix",
    2: "a page of documents chosen before anything is counted",
    3: "silence judged once a State, letters laid out once a language; not yet closed in pieces",
    4: "nothing; SQLite has one writer, and a closing is one transaction",
    5: "look-ups of a signature built once; what decides is read under the lock, before and after",
    6: "fewer calls for each entry, larger pieces; each is read as JSON and written again to see its form",
    7: "nothing; a letter is set as a page, and kept in the log with the server's reply",
    9: "alembic and the reader of office files wait until used; typst is 81 MB, Babel 33",
}
