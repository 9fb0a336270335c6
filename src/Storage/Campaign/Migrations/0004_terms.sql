-- The hash of each version of the terms, as receipts quote it; the text stands in the central database.
create table if not exists terms (
  campaign_id uuid not null,
  version integer not null,
  hash bytea not null,
  primary key (campaign_id, version)
);
