"""What waits for somebody in plans, and what was decided about a proposal of one's own, as one question.

Each row: what kind of thing, about what, its name, which one it is, and its day where it has one.
"""

from __future__ import annotations

# A plan that was proposed, for whoever may judge it now.
JUDGEMENTS = """
SELECT 'plan' AS source, p.id::text AS subject, v.content ->> 'title' AS name, v.id::text AS key,
       NULL::date AS day
  FROM strategy_plan p JOIN strategy_planversion v ON v.plan_id = p.id AND v.number = p.number
 WHERE p.state = 'voorgesteld' AND session_is_strong() AND NOT strategy_plan_is_all_mine(p.id)
   AND session_account() IS DISTINCT FROM (
       SELECT s.author_id FROM strategy_planstep s WHERE s.plan_id = p.id AND s.kind = 'voorstellen'
        ORDER BY s.recorded_at DESC LIMIT 1)
   AND EXISTS (
       SELECT FROM strategy_route r JOIN directory_body b ON b.kind_id = r.decider AND b.period @> today()
        WHERE r.kind = 'plan' AND r.stage = strategy_plan_stage(p.id)
          AND strategy_plan_speaks(p.id, r.decider, b.slug))
"""
# Milestones that are late, of plans that run of one's own teams.
MILESTONES = """
SELECT 'mijlpalen', p.id::text, v.content ->> 'title', p.id || ' ' || (m.row ->> 'id'),
       (m.row ->> 'due')::date
  FROM strategy_plan p JOIN strategy_planversion v ON v.plan_id = p.id AND v.number = p.number
 CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'milestones') AS m(row)
 WHERE p.state IN ('vastgesteld', 'pilot') AND p.team_id IN (SELECT strategy_my_teams())
   AND m.row ->> 'state' IN ('gepland', 'bezig') AND (m.row ->> 'due')::date < today()
"""
# What a pilot of one's own teams began without, and should have by now.
GAPS = """
SELECT 'pilot', p.id::text, v.content ->> 'title', p.id || ' ' || g.code, (s.gaps ->> g.code)::date
  FROM strategy_plan p JOIN strategy_planversion v ON v.plan_id = p.id AND v.number = p.number
 CROSS JOIN LATERAL (SELECT o.gaps FROM strategy_planstep o WHERE o.plan_id = p.id AND o.kind = 'pilot'
                      ORDER BY o.recorded_at DESC LIMIT 1) AS s
 CROSS JOIN LATERAL strategy_plan_missing(v.content) AS g(code)
 WHERE p.state IN ('pilot', 'voorgesteld') AND p.pilot_since IS NOT NULL
   AND p.team_id IN (SELECT strategy_my_teams()) AND (s.gaps ->> g.code)::date < today()
"""
# What others decided lately about what one proposed, as long as one did not say that it was seen. Of what was
# decided longer ago nobody needs to be told.
OUTCOMES = """
SELECT 'uitkomst', v.id::text, coalesce(v.content ->> 'title', v.content ->> 'name', v.item), v.state,
       NULL::date
  FROM strategy_version v
 WHERE v.author_id = session_account() AND v.state IN ('van-kracht', 'afgewezen')
   AND v.submitted_at IS NOT NULL AND v.settled_at > now() - interval '60 days'
   AND NOT EXISTS (SELECT FROM strategy_outcomeseen o
                    WHERE o.version_id = v.id AND o.account_id = v.author_id)
"""
WAITS = (JUDGEMENTS, MILESTONES, GAPS, OUTCOMES)
