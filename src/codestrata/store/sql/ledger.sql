-- The task ledger: the queue is a question asked of the catalogue.

-- name: plan
-- Planned again in the same run, a partition moves to its new place; within one plan (from position :first on) it keeps
-- its subject: a second one for the same key changes no row.
insert into planned (run_id, stage, position, key, subject)
values (:run, :stage, :position, :key, :subject)
on conflict (run_id, stage, key) do update set position = excluded.position, subject = excluded.subject
where planned.position < :first or planned.subject = excluded.subject;

-- name: next_position
select coalesce(max(position) + 1, 0) as next from planned where run_id = :run and stage = :stage;

-- name: forget_older_plan
-- A new plan of a stage takes the place of the one before in the same run.
delete from planned where run_id = :run and stage = :stage and position < :position;

-- name: cancel_unplanned
-- What an older plan of this run left undone, and the new one does not ask for, is not done any more.
update task set state = 'cancelled', finished = :now
where run_id = :run and stage = :stage and state = 'ready'
  and not exists (select 1 from planned
                  where planned.run_id = :run and planned.stage = task.stage and planned.key = task.key);

-- name: planned_states
-- Where the partitions of a run's stage stand; what was committed without a task of its own is done.
select coalesce(task.state, 'done') as state, count(*) as n, coalesce(sum(task.weight), 0) as weight
from planned left join task on task.stage = planned.stage and task.key = planned.key
where planned.run_id = :run and planned.stage = :stage
group by coalesce(task.state, 'done');

-- name: uncommitted
-- Of the keys planned in this run at these positions, those without a commit row, in order.
select key from planned
where run_id = :run and stage = :stage and position >= :low and position < :high
  and not exists (select 1 from committed where committed.stage = planned.stage and committed.key = planned.key)
order by position;

-- name: enqueue
-- A task that an earlier run left unfinished comes over to this run; one that failed for a passing reason gets a new life.
insert into task (stage, key, version, run_id, subject, title, spec_json, hint_json, state, prio, pool, limit_key,
                  time_limit, weight, max_attempts, created)
values (:stage, :key, :version, :run, :subject, :title, :spec, :hint, 'ready', :prio, :pool, :limit_key,
        :time_limit, :weight, :max_attempts, :now)
on conflict (stage, key) do update set
    run_id = excluded.run_id, title = excluded.title, hint_json = excluded.hint_json, prio = excluded.prio, pool = excluded.pool,
    limit_key = excluded.limit_key, time_limit = excluded.time_limit, weight = excluded.weight,
    max_attempts = excluded.max_attempts,
    state = case when task.state = 'cancelled'
                   or (task.state in ('failed', 'dead') and task.error_class in ('infra', 'rate_limited'))
                 then 'ready' else task.state end,
    attempts = case when task.state in ('failed', 'dead', 'cancelled') then 0 else task.attempts end,
    waits = case when task.state in ('failed', 'dead', 'cancelled') then 0 else task.waits end,
    not_before = case when task.state in ('failed', 'dead', 'cancelled') then 0 else task.not_before end
where task.state <> 'done';

-- name: expired
select id, lease_token from task where state = 'leased' and lease_until < :now;

-- name: pools
-- How much of every pool is in use, over all runs.
select pool, count(*) as busy from task where state = 'leased' group by pool;

-- name: pools_due
-- The pools of what is ready, found by leaps through the index instead of a walk over all tasks.
with recursive due (pool) as (
    select min(pool) from task where run_id = :run and stage = :stage and state = 'ready'
    union all
    select (select min(task.pool) from task
            where task.run_id = :run and task.stage = :stage and task.state = 'ready' and task.pool > due.pool)
    from due where due.pool is not null)
select pool from due where pool is not null;

-- name: pools_ready
select pool, count(*) as n from task where run_id = :run and stage = :stage and state = 'ready' group by pool order by pool;

-- name: held_by
select * from task where worker = :worker and state = 'leased' order by id;

-- name: keys_busy
select limit_key, count(*) as busy from task where state = 'leased' and limit_key <> '' group by limit_key;

-- name: candidates
-- In the order of the index task_ready; the plus keeps the planner from taking task_due and sorting everything.
select id, stage, key, version, run_id, subject, title, spec_json, hint_json, prio, pool, limit_key, time_limit, weight, scale,
       lease_token, attempts
from task
where run_id = :run and stage = :stage and pool = :pool and state = 'ready' and +not_before <= :now
  and limit_key not in (
      select busy.limit_key from task as busy
      where busy.state = 'leased' and busy.limit_key <> ''
      group by busy.limit_key having count(*) >= :per_key)
order by prio desc, id
limit :n;

-- name: take
update task set state = 'leased', worker = :worker, lease_until = :until, lease_token = lease_token + 1, started = :now
where id = :id and state = 'ready';

-- name: attempt_started
insert into task_attempt (task_id, n, worker, started) values (:id, :token, :worker, :now);

-- name: attempt_finished
update task_attempt set finished = :now, outcome = :outcome, error_class = :error_class, error = :error, cost_json = :cost
where task_id = :id and n = :token and finished = 0;

-- name: heartbeat
update task set lease_until = :until where worker = :worker and state = 'leased';

-- name: finish
update task set state = 'done', finished = :now, worker = '', error_class = '', error = '', hint = '', cost_json = :cost
where id = :id and lease_token = :token and state = 'leased';

-- name: held
select id, stage, key, run_id, subject, title, weight, limit_key, attempts, max_attempts, deaths, waits, scale
from task where id = :id and lease_token = :token and state = 'leased';

-- name: settle
update task set state = :state, not_before = :not_before, attempts = :attempts, deaths = :deaths, waits = :waits,
    scale = :scale, error_class = :error_class, error = :error, hint = :hint, finished = :finished, cost_json = :cost,
    worker = '', lease_until = 0
where id = :id and lease_token = :token and state = 'leased';

-- name: confirm
-- Who charged tasks for the deaths of workers has lived on: nobody killed everything together.
update task_attempt set outcome = 'failed' where outcome = 'doubtful' and finished <= :before;

-- name: doubtful
select task_id as id, count(*) as n from task_attempt where outcome = 'doubtful' group by task_id;

-- name: take_back
update task set attempts = case when attempts > :n then attempts - :n else 0 end,
    deaths = case when deaths > :n then deaths - :n else 0 end,
    finished = case when state = 'dead' then 0 else finished end,
    state = case when state = 'dead' then 'ready' else state end
where id = :id and state in ('ready', 'leased', 'dead');

-- name: acquit
update task_attempt set outcome = 'lost', error_class = '', error = '' where outcome = 'doubtful';

-- name: hold_back
-- One answer "come back later" is meant for everyone who asks there.
update task set not_before = :until
where state = 'ready' and limit_key = :limit_key and not_before < :until;

-- name: release
update task set state = 'ready', worker = '', lease_until = 0
where id = :id and lease_token = :token and state = 'leased';

-- name: leases
select id, lease_token, worker from task where state = 'leased' and (:worker = '' or worker = :worker);

-- name: commit_row
insert into committed (stage, key, version, run_id, subject, output_hash, result_json, counts_json, at)
values (:stage, :key, :version, :run, :subject, :output_hash, :result, :counts, :now)
on conflict do nothing;

-- name: committed_hash
select output_hash from committed where stage = :stage and key = :key;

-- name: nondeterministic
insert into nondeterministic (stage, key, first_hash, second_hash, run_id, at)
values (:stage, :key, :first, :second, :run, :now)
on conflict do nothing;

-- name: table_file
insert into table_file (stage, key, table_name, path, row_count, bytes, sha256)
values (:stage, :key, :table, :path, :rows, :bytes, :sha256);

-- name: snapshot
insert into snapshot (stage, key, id, repository_id, commit_id, tree_id, ref, committed_at, git_dir, depth, files, bytes,
                      completeness, quarantine)
values (:stage, :key, :id, :repository_id, :commit, :tree, :ref, :committed_at, :git_dir, :depth, :files, :bytes,
        :completeness, :quarantine);

-- name: event
insert into event (run_id, at, kind, stage, subject, task_id, seconds, cpu_seconds, max_rss, bytes, counts_json, detail)
values (:run, :at, :kind, :stage, :subject, :task, :seconds, :cpu_seconds, :max_rss, :bytes, :counts, :detail);

-- name: counts
select state, count(*) as n, sum(weight) as weight from task
where run_id = :run and (:stage = '' or stage = :stage) group by state;

-- name: due
-- When the first of a stage's waiting tasks is due, and whether anybody holds one: two short looks into indexes.
select (select min(not_before) from task where run_id = :run and stage = :stage and state = 'ready') as next,
       exists (select 1 from task where run_id = :run and stage = :stage and state = 'leased') as leased;

-- name: tasks
select * from task
where (:run = 0 or run_id = :run) and (:stage = '' or stage = :stage) and (:state = '' or state = :state)
order by id;

-- name: task
select * from task where id = :id;

-- name: attempts
select * from task_attempt where task_id = :id order by n;

-- name: dead_letters
select * from task where state in ('failed', 'dead') and (:run = 0 or run_id = :run) order by id;

-- name: retry
update task set state = 'ready', attempts = 0, deaths = 0, waits = 0, not_before = 0, scale = 1, finished = 0
where state in ('failed', 'dead', 'cancelled') and (:id = 0 or id = :id) and (:stage = '' or stage = :stage)
  and (:error_class = '' or error_class = :error_class) and (:run = 0 or run_id = :run);

-- name: again
update task set state = 'ready', attempts = 0, deaths = 0, waits = 0, not_before = 0, run_id = :run
where id = :id and state = 'done';

-- name: stop
-- No more of a stage is begun in a run; what is being done is finished.
update task set state = 'cancelled', finished = :now where run_id = :run and stage = :stage and state = 'ready';

-- name: cancel
update task set state = 'cancelled', finished = :now, worker = ''
where state in ('ready', 'blocked', 'leased') and (:id = 0 or id = :id) and (:run = 0 or run_id = :run);
