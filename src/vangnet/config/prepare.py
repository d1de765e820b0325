"""Roles, rights and extensions of the database: one script for the embedded and an external server."""

DATABASE = "vangnet"
OWNER = "vangnet_owner"
APP = "vangnet_app"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def prepare_sql(*, owner_password: str | None = None, app_password: str | None = None) -> str:
    """Return the psql script that makes the roles and the database; running it twice does no harm.

    The embedded server and the administrator of an external server run the same text. Without a password
    the script lets psql ask for it, so that it ends up in no file, history or log.
    """
    extensions = "\n".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
    # Only the constants above and quoted passwords go into the text.
    return f"""\
-- Run as superuser: psql -X -d postgres -f prepare.sql
\\set ON_ERROR_STOP on
SELECT 'CREATE ROLE {OWNER}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
SELECT 'CREATE ROLE {APP}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') \\gexec
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE {APP} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION;
{_password_line(OWNER, owner_password)}
{_password_line(APP, app_password)}
GRANT CONNECT ON DATABASE postgres TO {OWNER};
-- Any page is read as quickly as the next; told otherwise, the planner sorts a whole list to show 50 rows.
ALTER ROLE {APP} SET random_page_cost = 1.1;

-- Databases made later (a restore, a test) copy template1, so the extensions are there too.
\\connect template1
{extensions}

SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template1'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APP};

-- What the runtime role may do with each table is granted after every migration, not here.
\\connect {DATABASE}
{extensions}
GRANT USAGE ON SCHEMA public TO {APP};
"""  # noqa: S608


def _password_line(role: str, password: str | None) -> str:
    if password is None:
        return f"\\password {role}"
    literal = password.replace("'", "''")
    return f"ALTER ROLE {role} PASSWORD '{literal}';"
