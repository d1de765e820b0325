"""A plan asks the most that it says of money, and no plan starts on a subject for which there is nothing extra."""

from django.db import migrations

RULES = """
-- The money that a plan asks: of each line the most of what is applied for, granted and spent.
CREATE OR REPLACE FUNCTION strategy_plan_money(told jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public
AS $$
    SELECT coalesce(sum(greatest((x ->> 'applied')::bigint, (x ->> 'granted')::bigint, (x ->> 'spent')::bigint)),
                    0)::bigint
      FROM jsonb_array_elements(coalesce(told -> 'budget', '[]')) x
$$;

-- A plan for a subject for which the network gives nothing extra today, whatever the plan asks.
CREATE OR REPLACE FUNCTION strategy_check_limit(wanted uuid, told jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.strategy_plan p
                 JOIN public.directory_topic t ON t.slug = p.topic_id
                 JOIN public.strategy_limit l ON l.topic_id IN (t.slug, t.under_id)
                WHERE p.id = wanted AND l.period @> public.today()) THEN
        RAISE EXCEPTION 'the network gives nothing extra for this subject' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION strategy_plan_money(told jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public
AS $$
    SELECT coalesce(sum((x ->> 'applied')::bigint), 0)::bigint
      FROM jsonb_array_elements(coalesce(told -> 'budget', '[]')) x
$$;
CREATE OR REPLACE FUNCTION strategy_check_limit(wanted uuid, told jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    IF coalesce((told ->> 'capacity')::integer, 0) = 0 AND public.strategy_plan_money(told) = 0 THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM public.strategy_plan p
                 JOIN public.directory_topic t ON t.slug = p.topic_id
                 JOIN public.strategy_limit l ON l.topic_id IN (t.slug, t.under_id)
                WHERE p.id = wanted AND l.period @> public.today()) THEN
        RAISE EXCEPTION 'the network gives nothing extra for this subject' USING ERRCODE = 'check_violation';
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("strategy", "0056_papers")]
    operations = [migrations.RunSQL(RULES, AS_BEFORE)]
