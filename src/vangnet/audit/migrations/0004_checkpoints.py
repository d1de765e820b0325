"""Signed checkpoints of the chain, where they went, and the checks of the installation itself."""

import django.db.models.deletion
from django.db import migrations, models


FORWARD = """
CREATE FUNCTION audit_head() RETURNS TABLE (number bigint, hash bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY SELECT l.number, l.hash FROM public.audit_link l ORDER BY l.number DESC LIMIT 1;
END
$$;
COMMENT ON FUNCTION audit_head IS 'The end of the chain, for a checkpoint';

-- Hashes only: whoever may not read the log can still check it.
CREATE FUNCTION audit_chain_part(after bigint, most integer)
    RETURNS TABLE (number bigint, previous bytea, hash bytea, digest bytea, recorded_at text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
        SELECT l.number, l.previous, l.hash,
               CASE WHEN e.id IS NOT NULL
                    THEN sha256(l.previous || convert_to(public.audit_line(l.number, e), 'UTF8')) END,
               to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
          FROM public.audit_link l LEFT JOIN public.audit_event e ON e.id = l.event_id
         WHERE l.number > after
         ORDER BY l.number
         LIMIT most;
END
$$;

CREATE FUNCTION audit_unlinked(most integer) RETURNS TABLE (event bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN QUERY
        SELECT e.id FROM public.audit_event e
         WHERE NOT EXISTS (SELECT FROM public.audit_link l WHERE l.event_id = e.id)
         ORDER BY e.id
         LIMIT most;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_head, audit_chain_part, audit_unlinked FROM PUBLIC;

CREATE TRIGGER audit_checkpoint_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_delivery_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_verification_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_verification
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_verification_is_append_only ON audit_verification;
DROP TRIGGER audit_delivery_is_append_only ON audit_delivery;
DROP TRIGGER audit_checkpoint_is_append_only ON audit_checkpoint;
DROP FUNCTION audit_unlinked(integer);
DROP FUNCTION audit_chain_part(bigint, integer);
DROP FUNCTION audit_head();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_chain'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(verbose_name='nummer')),
                ('hash', models.BinaryField(verbose_name='controlegetal')),
                ('time', models.DateTimeField(verbose_name='gezet op')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='vorig ijkpunt')),
                ('signature', models.BinaryField(verbose_name='handtekening')),
            ],
            options={
                'verbose_name': 'ijkpunt',
                'verbose_name_plural': 'ijkpunten',
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='op')),
                ('rows', models.BigIntegerField(verbose_name='regels')),
                ('faults', models.JSONField(verbose_name='gebreken')),
            ],
            options={
                'verbose_name': 'ketencontrole',
                'verbose_name_plural': 'ketencontroles',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('target', models.CharField(max_length=300, verbose_name='bestemming')),
                ('attempted_at', models.DateTimeField(verbose_name='geprobeerd op')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='fout')),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='audit.checkpoint', verbose_name='ijkpunt')),
            ],
            options={
                'verbose_name': 'bezorging',
                'verbose_name_plural': 'bezorgingen',
                'indexes': [models.Index(fields=['target', 'checkpoint'], name='audit_delivery_target')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
