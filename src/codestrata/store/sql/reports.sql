-- Status and reports: always derived, never kept.

-- name: status
-- One row per repository and task that the latest run to plan that repository asked for; nulls where it planned none.
select repository.id, repository.full_name, task.stage, coalesce(task.state, 'done') as state, task.error, task.hint,
       task.error_class, planned.stage as planned_stage,
       (select max(snapshot.quarantine) from snapshot
        where snapshot.stage = planned.stage and snapshot.key = planned.key) as quarantine,
       (select max(snapshot.completeness) from snapshot
        where snapshot.stage = planned.stage and snapshot.key = planned.key) as completeness,
       (select max(snapshot.commit_id) from snapshot
        where snapshot.stage = planned.stage and snapshot.key = planned.key) as head
from repository
left join planned on planned.subject = repository.id and planned.subject <> '' and planned.run_id = (
    select max(newer.run_id) from planned as newer join run on run.id = newer.run_id and run.aside = 0
    where newer.subject = repository.id and newer.subject <> '')
left join task on task.stage = planned.stage and task.key = planned.key
where :run = 0 or repository.id in (select repository_id from selection where run_id = :run)
order by repository.full_name, repository.id, planned.position;

-- name: events
select * from event
where (:run = 0 or run_id = :run) and (:stage = '' or stage = :stage) and (:subject = '' or subject = :subject)
  and (:kind = '' or kind = :kind)
order by id;

-- name: figures
-- Sums over the event log: attempts that were committed, that failed, that killed their worker.
select stage, case when :by_subject = 1 then subject else '' end as subject,
       sum(case when kind = 'done' then 1 else 0 end) as done,
       sum(case when kind = 'failed' then 1 else 0 end) as failed,
       sum(case when kind = 'killed' then 1 else 0 end) as killed,
       sum(seconds) as seconds, sum(cpu_seconds) as cpu_seconds, max(max_rss) as max_rss, sum(bytes) as bytes,
       min(at) as "first", max(at) as "last"
from event
where run_id = :run and kind in ('done', 'failed', 'killed')
group by stage, case when :by_subject = 1 then subject else '' end
order by min(id);

-- name: elapsed
select stage, sum(seconds) as seconds from event where run_id = :run and kind = 'stage' group by stage;

-- name: counted
select stage, case when :by_subject = 1 then subject else '' end as subject, counts_json
from event where run_id = :run and kind = 'done' and counts_json <> '{}';
