"""That a body adopted a strategy: recorded once, by who speaks for a body that decides about themes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
-- The bodies for which the session may record that they adopted the strategy: those that decide about themes.
CREATE FUNCTION strategy_may_adopt() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
        SELECT b.slug::text FROM public.directory_body b
         WHERE b.period @> public.today() AND public.directory_speaks_for(b.slug)
           AND EXISTS (SELECT FROM public.strategy_route r
                        WHERE r.kind = 'thema' AND r.act = 'besluit' AND r.decider = b.kind_id);
END
$$;

CREATE FUNCTION strategy_guard_adoption() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.body_id NOT IN (SELECT public.strategy_may_adopt()) THEN
        RAISE EXCEPTION 'this session does not speak for that body' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW."on" > public.today() THEN
        RAISE EXCEPTION 'this day has not come' USING ERRCODE = 'check_violation';
    END IF;
    IF extract(year FROM NEW."on") < (SELECT s.first_year - 2 FROM public.strategy_strategy s
                                       WHERE s.slug = NEW.strategy_id) THEN
        RAISE EXCEPTION 'it was adopted long before it began' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER strategy_adoption_is_of_a_body BEFORE INSERT ON strategy_adoption
    FOR EACH ROW EXECUTE FUNCTION strategy_guard_adoption();
REVOKE EXECUTE ON FUNCTION strategy_may_adopt, strategy_guard_adoption FROM PUBLIC;

ALTER TABLE strategy_adoption ENABLE ROW LEVEL SECURITY;
ALTER TABLE strategy_adoption FORCE ROW LEVEL SECURITY;
CREATE POLICY strategy_adoption_owner ON strategy_adoption TO vangnet_owner USING (true) WITH CHECK (true);
CREATE POLICY strategy_adoption_read ON strategy_adoption FOR SELECT TO vangnet_app USING (true);
CREATE POLICY strategy_adoption_insert ON strategy_adoption FOR INSERT TO vangnet_app WITH CHECK (
    recorded_by_id = (SELECT session_account()) AND (SELECT session_is_strong()));
"""
NO_RULES = """
DROP POLICY strategy_adoption_insert ON strategy_adoption;
DROP POLICY strategy_adoption_read ON strategy_adoption;
DROP POLICY strategy_adoption_owner ON strategy_adoption;
DROP TRIGGER strategy_adoption_is_of_a_body ON strategy_adoption;
DROP FUNCTION strategy_guard_adoption();
DROP FUNCTION strategy_may_adopt();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("strategy", "0050_restriction"),
        ("directory", "0006_departures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("on", models.DateField(verbose_name="vastgesteld op")),
                ("source", models.CharField(max_length=200, verbose_name="waar het staat")),
                ("recorded_at", models.DateTimeField(verbose_name="vastgelegd op")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.body",
                        verbose_name="vastgesteld door",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "strategy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adoptions",
                        to="strategy.strategy",
                    ),
                ),
            ],
            options={"verbose_name": "vaststelling", "verbose_name_plural": "vaststellingen"},
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(models.F("strategy"), name="strategy_is_adopted_once"),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="adoption_says_where"
            ),
        ),
        migrations.RunSQL(RULES, NO_RULES),
    ]
