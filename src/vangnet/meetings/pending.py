"""What waits for the bodies that somebody speaks for, as one question: matters, and lists of decisions.

Each row: what kind of thing, about what, its name, which one it is, and its day where it has one.
"""

from __future__ import annotations

from django.db import connection

BODIES = """
(SELECT b.slug, b.name FROM directory_body b
  WHERE b.period @> today() AND directory_speaks_for(b.slug)) AS mine
"""
# A matter on no agenda yet; a change of the strategy as long as it waits itself.
LISTED = f"""
SELECT 'overleg' AS source, mine.slug AS subject, mine.name AS name, p.id::text AS key, NULL::date AS day
  FROM {BODIES} JOIN meetings_stop p ON p.body_id = mine.slug JOIN meetings_matter m ON m.id = p.matter_id
 WHERE p.sitting_id IS NULL AND NOT EXISTS (SELECT FROM meetings_ruling r WHERE r.stop_id = p.id)
   AND (m.version_id IS NULL OR m.version_id IN (SELECT c.version FROM meetings_changes_for(mine.slug) c))
"""  # noqa: S608  no input
# A change of the strategy that nobody put on a list of the body yet.
FRESH = f"""
SELECT 'overleg', mine.slug, mine.name, c.version::text, NULL::date
  FROM {BODIES} CROSS JOIN LATERAL meetings_changes_for(mine.slug) c
 WHERE NOT EXISTS (
       SELECT FROM meetings_stop p JOIN meetings_matter m ON m.id = p.matter_id
        WHERE p.body_id = mine.slug AND m.version_id = c.version
          AND NOT EXISTS (SELECT FROM meetings_ruling r WHERE r.stop_id = p.id))
"""  # noqa: S608  no input
# A meeting that was, of which the list of decisions is not finished or not adopted.
LISTS = f"""
SELECT 'lijsten', mine.slug, mine.name, s.id::text, (s.starts_at AT TIME ZONE 'Europe/Amsterdam')::date
  FROM {BODIES} JOIN meetings_sitting s ON s.body_id = mine.slug
 WHERE s.starts_at < now() AND s.state IN ('gepland', 'gehouden')
"""  # noqa: S608  no input
WAITS = (LISTED, FRESH, LISTS)
MATTERS = f"""
SELECT subject, name, count(*) FROM ({LISTED} UNION ALL {FRESH}) AS found GROUP BY subject, name ORDER BY name
"""  # noqa: S608  no input


def matters() -> list[tuple[str, str, int]]:
    """Return the bodies that this session speaks for and for which matters wait, and how many (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(MATTERS)
        return [tuple(row) for row in cursor.fetchall()]
