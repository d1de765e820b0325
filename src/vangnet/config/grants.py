"""What the runtime role may do with each table: one list, applied after every migrate.

A table that is not listed here is refused by a test, so nothing is opened or closed by accident.
"""

from __future__ import annotations

from django.db import connection

ROLE = "vangnet_app"
READ = "SELECT"
APPEND = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
AMEND = "SELECT, UPDATE"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
NONE = ""

TABLES = {
    "account_emailaddress": WRITE,
    "account_emailconfirmation": WRITE,
    "agreements_agreement": CHANGE,
    "agreements_authorisation": CHANGE,
    "agreements_category": READ,
    "agreements_circle": CHANGE,
    "agreements_circlemember": CHANGE,
    "agreements_partner": WRITE,
    "agreements_purpose": WRITE,
    "agreements_purposecategory": WRITE,
    "agreements_version": CHANGE,
    "audit_checkpoint": APPEND,
    "audit_delivery": APPEND,
    "audit_event": READ,
    "audit_link": NONE,
    "audit_processing": NONE,
    "audit_verification": APPEND,
    "auth_group": NONE,
    "auth_group_permissions": NONE,
    "auth_permission": NONE,
    "casework_attendee": WRITE,
    "casework_branch": WRITE,
    "casework_case": READ,
    "casework_contribution": APPEND,
    "casework_decision": APPEND,
    "casework_draft": WRITE,
    "casework_externalnumber": READ,
    "casework_handover": READ,
    "casework_item": WRITE,
    "casework_letter": CHANGE,
    "casework_likeness": CHANGE,
    "casework_measure": CHANGE,
    "casework_measurekind": CHANGE,
    "casework_partnerreport": NONE,
    "casework_meeting": CHANGE,
    "casework_phenomenon": WRITE,
    "casework_protocol": APPEND,
    "casework_publicform": WRITE,
    "casework_signal": AMEND,
    "casework_step": APPEND,
    "casework_task": CHANGE,
    "casework_term": CHANGE,
    "casework_visitorcount": NONE,
    "casework_visitorkey": NONE,
    "casework_yearshare": READ,
    "directory_body": CHANGE,
    "directory_bodykind": CHANGE,
    "directory_expertise": WRITE,
    "directory_function": CHANGE,
    "directory_holder": CHANGE,
    "directory_profile": CHANGE,
    "directory_seat": CHANGE,
    "directory_seatrule": WRITE,
    "directory_themepartner": CHANGE,
    "directory_topic": CHANGE,
    "django_content_type": READ,
    "django_migrations": READ,
    "figures_fetch": WRITE,
    "figures_figure": WRITE,
    "figures_import": WRITE,
    "figures_indicator": WRITE,
    "figures_replacedfigure": WRITE,
    "figures_source": WRITE,
    "figures_stagedfigure": WRITE,
    "identity_membership": WRITE,
    "identity_organisation": WRITE,
    "identity_organisationkind": WRITE,
    "identity_session": NONE,
    "identity_systemtoken": NONE,
    "identity_user": WRITE,
    "mfa_authenticator": WRITE,
    "places_area": WRITE,
    "places_areapart": WRITE,
    "places_areaversion": WRITE,
    "places_boundary": WRITE,
    "places_transition": WRITE,
    "portal_cache": WRITE,
    "portal_installation": WRITE,
    "procrastinate_events": WRITE,
    "procrastinate_jobs": WRITE,
    "procrastinate_periodic_defers": WRITE,
    "procrastinate_workers": WRITE,
    "registers_adoption": APPEND,
    "registers_choice": CHANGE,
    "registers_find": APPEND,
    "registers_gain": APPEND,
    "registers_gainagreement": APPEND,
    "registers_groupreview": APPEND,
    "registers_groupstep": APPEND,
    "registers_intimidation": APPEND,
    "registers_resilience": APPEND,
    "registers_youthgroup": APPEND,
    "strategy_claim": WRITE,
    "strategy_definition": READ,
    "strategy_goal": READ,
    "strategy_route": WRITE,
    "strategy_strategy": WRITE,
    "strategy_theme": READ,
    "strategy_verdict": APPEND,
    "strategy_version": APPEND,
    "vault_bulkload": NONE,
    "vault_derivation": NONE,
    "vault_dossier": NONE,
    "vault_dossiercircle": NONE,
    "vault_emergency": NONE,
    "vault_entry": READ,
    "vault_export": CHANGE,
    "vault_motivation": NONE,
    "vault_notice": READ,
    "vault_participation": NONE,
    "vault_reading": NONE,
    "vault_recipient": NONE,
    "vault_record": NONE,
    "vault_recordsubject": NONE,
    "vault_scope": NONE,
    "vault_sealedfile": NONE,
    "vault_subject": NONE,
    "vault_supply": NONE,
    "vault_weighing": NONE,
    "vault_zonekey": READ,
}

# What only other functions of the owner may call: called directly, each of these would go round a rule.
INTERNAL_FUNCTIONS = (
    "agreements_guard_activation",
    "agreements_guard_addition",
    "agreements_guard_authorisation",
    "agreements_guard_category",
    "agreements_guard_leaving",
    "agreements_guard_partner",
    "agreements_guard_purpose",
    "agreements_guard_set_aside",
    "agreements_guard_version",
    "audit_add_link",
    "audit_append",
    "audit_append_as",
    "audit_chain",
    "audit_line",
    "audit_refuse",
    "casework_count_visit",
    "casework_counted",
    "casework_enlist",
    "casework_forget_visitors",
    "casework_form_account",
    "casework_guard_attendee",
    "casework_guard_contribution",
    "casework_guard_decision",
    "casework_guard_dossier",
    "casework_guard_item",
    "casework_guard_measure",
    "casework_guard_meeting",
    "casework_guard_signal",
    "casework_guard_step",
    "casework_guard_task",
    "casework_has_words",
    "casework_hold_meeting",
    "casework_hold_open",
    "casework_holds_cases",
    "casework_last_answer",
    "casework_note_minor",
    "casework_protection",
    "identity_guard_kind",
    "identity_guard_membership",
    "casework_says_nothing_of_one",
    "casework_together",
    "directory_guard_holder",
    "directory_guard_seat",
    "directory_guard_theme_partner",
    "registers_guard_find",
    "registers_guard_step",
    "strategy_check_tree",
    "strategy_current",
    "strategy_guard_verdict",
    "strategy_guard_version",
    "strategy_is_met",
    "strategy_own_version",
    "strategy_settle",
    "strategy_show",
    "strategy_show_goal",
    "strategy_show_version",
    "strategy_speaks",
    "vault_can_own",
    "vault_check_moment",
    "vault_decision",
    "vault_emergency_holds",
    "vault_guard_derivation",
    "vault_guard_record",
    "vault_hand_over",
    "vault_hold_dossier",
    "vault_hold_downstream",
    "vault_holds",
    "vault_in_bulk",
    "vault_keep_report",
    "vault_keep_report_as",
    "vault_keep_reports",
    "vault_may_read_text",
    "vault_next_number",
    "vault_refresh",
    "vault_rules",
    "vault_set_recipients",
    "vault_shows",
    "vault_takes_part",
    "vault_tighten",
    "vault_tighten_downstream",
    "vault_touch",
    "vault_touch_new",
    "vault_use_line",
)


class UnlistedTable(Exception):
    """The schema holds a table that `TABLES` does not name, or the other way round."""


def tables_in_schema() -> set[str]:
    """Return the names of all tables of the public schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall()}


def apply() -> None:
    """Take everything away from the runtime role and give back what the list says; run as owner.

    Raises
    ------
    UnlistedTable
        A table is missing in the list, or the list names one that does not exist.
    """
    difference = tables_in_schema() ^ TABLES.keys()
    if difference:
        raise UnlistedTable(f"list these tables in config/grants.py, or drop them: {sorted(difference)}")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {ROLE}")
        for function in INTERNAL_FUNCTIONS:
            cursor.execute(f'REVOKE EXECUTE ON FUNCTION "{function}" FROM {ROLE}, PUBLIC')
        for table, rights in TABLES.items():
            cursor.execute(f'REVOKE ALL ON TABLE "{table}" FROM {ROLE}, PUBLIC')
            if rights:
                cursor.execute(f'GRANT {rights} ON TABLE "{table}" TO {ROLE}')
