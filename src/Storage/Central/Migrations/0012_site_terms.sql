-- The public site look-up reads the hash of the terms in force before it knows a tenant. The text itself is public.
call open_to_system('terms_version');
