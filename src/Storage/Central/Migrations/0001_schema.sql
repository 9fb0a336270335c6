-- Nobody gets anything by default: the roles see the schema by name, and every table grants what it means to.
revoke all on schema public from public;
grant usage on schema public to platform_app, platform_reader, platform_system;
