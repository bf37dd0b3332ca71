-- Plans remembered, so that a run that finds nothing new need not plan.

-- name: remembered
select run_id from remembered where stage = :stage and digest = :digest;

-- name: remember
insert into remembered (stage, digest, run_id) values (:stage, :digest, :run)
on conflict (stage, digest) do update set run_id = excluded.run_id;

-- name: forget
delete from remembered where run_id = :run and stage = :stage;

-- name: rows
-- What a run is about, as the list gave it, in the order in which a view shows it.
select repository.* from selection join repository on repository.id = selection.repository_id
where selection.run_id = :run order by repository.id;

-- name: traces
-- What a run planned for a stage, in order, and what came of it.
select planned.key, coalesce(committed.output_hash, '') as output_hash from planned
left join committed on committed.stage = planned.stage and committed.key = planned.key
where planned.run_id = :run and planned.stage = :stage
order by planned.position;

-- name: standing
-- How many partitions a run planned for a stage, and how many of them are not, or not to stay, as they are committed.
select count(*) as n, coalesce(sum(case when committed.key is null or coalesce(task.state, 'done') <> 'done'
                                        then 1 else 0 end), 0) as undone
from planned
left join committed on committed.stage = planned.stage and committed.key = planned.key
left join task on task.stage = planned.stage and task.key = planned.key
where planned.run_id = :run and planned.stage = :stage;

-- name: files
select table_file.path from planned
join table_file on table_file.stage = planned.stage and table_file.key = planned.key
where planned.run_id = :run and planned.stage = :stage;

-- name: clear
delete from planned where run_id = :run and stage = :stage;

-- name: adopt
insert into planned (run_id, stage, position, key, subject) values (:run, :stage, :position, :key, :subject);

-- name: copy
insert into planned (run_id, stage, position, key, subject)
select :run, stage, position, key, subject from planned where run_id = :source and stage = :stage;
