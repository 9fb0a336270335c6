-- What a line of a deployment's log is about, as fields: which attempt of its step, and for a call of a provider its operation, status, request id,
-- duration, and request and answer without secrets. Older lines have the message alone.
alter table deployment_log add column if not exists attempt integer;
alter table deployment_log add column if not exists call jsonb constraint deployment_log_call_is_short check (octet_length(call::text) <= 65536);
