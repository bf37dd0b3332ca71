-- A run aside (a pipeline over some repositories) does its own work; what comes after goes on from the last run that was
-- not aside.
alter table run add column aside integer not null default 0;
