-- Plans remembered: a digest of everything a stage's plan depends on, and the run whose plan it was. What the plan asked
-- for is in that run's rows of planned.
create table remembered (
    stage text not null,
    digest text not null,
    run_id bigint not null references run (id),
    primary key (stage, digest)
);
create index remembered_of_run on remembered (run_id, stage);
