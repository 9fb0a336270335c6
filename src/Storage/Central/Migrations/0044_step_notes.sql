-- What a step notes before a call whose answer may be lost: that it asked for a deletion of what it saw.
alter table deployment_step add column if not exists note text;
