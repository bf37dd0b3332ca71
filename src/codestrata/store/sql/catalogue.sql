-- Repositories, runs, and what has been committed.

-- name: put_repository
insert into repository (id, origin_kind, locator, full_name, url, github_id, language, stars, forks, size, created_at,
                        updated_at, pushed_at, categories_json, priority_score, declared_licence, input_row_json)
values (:id, :origin_kind, :locator, :full_name, :url, :github_id, :language, :stars, :forks, :size, :created_at,
        :updated_at, :pushed_at, :categories, :priority_score, :declared_licence, :input_row)
on conflict (id) do update set
    full_name = excluded.full_name, url = excluded.url, github_id = excluded.github_id, language = excluded.language,
    stars = excluded.stars, forks = excluded.forks, size = excluded.size, created_at = excluded.created_at,
    updated_at = excluded.updated_at, pushed_at = excluded.pushed_at, categories_json = excluded.categories_json,
    priority_score = excluded.priority_score, declared_licence = excluded.declared_licence,
    input_row_json = excluded.input_row_json;

-- name: repository
-- Where two lists gave one name to two repositories, the one of the last run is meant.
select * from repository where :name in (id, full_name, locator, url)
order by id = :name desc,
         id in (select repository_id from selection where run_id = (select max(id) from run where aside = 0)) desc, id
limit 1;

-- name: repositories
select * from repository order by id;

-- name: repositories_of_run
select repository.* from selection join repository on repository.id = selection.repository_id
where selection.run_id = :run order by repository.id;

-- name: select
insert into selection (run_id, position, repository_id) values (:run, :position, :repository) on conflict do nothing;

-- name: selection
select repository_id from selection where run_id = :run order by position;

-- name: start_run
insert into run (command, settings_json, software, state, exit_code, started, finished, aside)
values (:command, :settings, :software, 'running', 0, :now, 0, :aside) returning id;

-- name: finish_run
update run set state = :state, exit_code = :exit_code, finished = :now where id = :run;

-- name: interrupt_runs
update run set state = 'interrupted', exit_code = 130, finished = :now where state = 'running';

-- name: runs
select * from run order by id;

-- name: run
select * from run where id = :run or (:run = 0 and aside = 0) order by id desc limit 1;

-- name: snapshots_of_run
-- What the run's own partitions committed: yesterday's snapshot does not leak into today's run.
select snapshot.* from planned
join snapshot on snapshot.stage = planned.stage and snapshot.key = planned.key
where planned.run_id = :run
order by snapshot.repository_id, snapshot.id;

-- name: any_snapshot_of_run
select 1 from planned join snapshot on snapshot.stage = planned.stage and snapshot.key = planned.key
where planned.run_id = :run limit 1;

-- name: snapshots
-- Of every repository the snapshot that the latest run to plan it has committed.
select snapshot.* from snapshot
join planned on planned.stage = snapshot.stage and planned.key = snapshot.key
where planned.run_id = (
    select max(newer.run_id) from planned as newer
    join snapshot as other on other.stage = newer.stage and other.key = newer.key
    where other.repository_id = snapshot.repository_id)
order by snapshot.repository_id, snapshot.id;

-- name: snapshot
select snapshot.* from snapshot
join planned on planned.stage = snapshot.stage and planned.key = snapshot.key
where snapshot.repository_id = :repository
order by planned.run_id desc, snapshot.id desc limit 1;

-- name: files_of_run
select table_file.* from table_file
join committed on committed.stage = table_file.stage and committed.key = table_file.key
where table_file.table_name = :table
  and (:subject = '' or committed.subject = :subject)
  and (:stage = '' or table_file.stage = :stage)
  and (:version = '' or committed.version = :version)
  and (:version <> '' or :run = 0 or committed.subject <> ''
       or committed.version = (select newest.version from committed as newest
                               where newest.stage = committed.stage and newest.subject = ''
                               order by newest.at desc, newest.key limit 1))
  and (:run = 0 or committed.subject = ''
       or exists (select 1 from planned
                  where planned.run_id = :run and planned.stage = committed.stage and planned.key = committed.key))
order by table_file.path;

-- name: table_paths
select path from table_file;

-- name: results
select committed.result_json from planned
join committed on committed.stage = planned.stage and committed.key = planned.key
where planned.run_id = :run and planned.stage = :stage
order by planned.position;

-- name: specs
-- What a run asked of a stage, in the words of its tasks.
select task.spec_json from planned
join task on task.stage = planned.stage and task.key = planned.key
where planned.run_id = :run and planned.stage = :stage
order by planned.position;

-- name: planned_files
-- The files of a stage's partitions in the order this run planned them.
select table_file.* from planned
join table_file on table_file.stage = planned.stage and table_file.key = planned.key
where planned.run_id = :run and planned.stage = :stage and table_file.table_name = :table
order by planned.position;

-- name: known_results
-- What has ever been committed for a stage, whichever run asked, what was asked for last at the end. Runs that only
-- took results over (a dataset's) do not count: they asked for nothing.
select committed.subject, committed.key, committed.result_json, committed.at from committed
where stage = :stage and (:subject = '' or subject = :subject)
order by (select coalesce(max(planned.run_id), 0) from planned join run on run.id = planned.run_id
          where planned.stage = committed.stage and planned.key = committed.key and run.aside), at, key;

-- name: files_of_key
select * from table_file where stage = :stage and key = :key order by table_name;

-- name: commits
select * from committed
where (:stage = '' or stage = :stage) and (:subject = '' or subject = :subject) and (:key = '' or key = :key)
order by at, stage, key;

-- name: nondeterministic
select * from nondeterministic order by at, stage, key;
