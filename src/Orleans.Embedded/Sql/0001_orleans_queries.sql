-- The statements that the engine, and Orleans' ADO.NET providers, run against the tables below; they read them at start.
create table if not exists OrleansQuery
(
    QueryKey varchar(64) not null,
    QueryText varchar(8000) not null,
    constraint a_query_key_has_one_text primary key (QueryKey)
);
