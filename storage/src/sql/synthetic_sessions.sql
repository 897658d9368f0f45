-- One viewer of the organization, and so many sessions whose tokens are known: the benchmark's screens.
INSERT INTO entrepot.people (id, email, name, password_hash, password_set_at, created_at)
VALUES ('00000000-0000-7000-8000-00000000be0c', 'bench@entrepot.invalid', 'Benchmark', '$argon2id$none', now(), now());
INSERT INTO entrepot.memberships (org_id, person_id, role, since)
VALUES ('{org}', '00000000-0000-7000-8000-00000000be0c', 'viewer', now());
INSERT INTO entrepot.sessions (id, token_hash, person_id, acting_for, address, user_agent, created_at, last_seen_at, expires_at)
SELECT gen_random_uuid(), sha256(convert_to('bench-screen-' || n, 'UTF8')), '00000000-0000-7000-8000-00000000be0c', '{org}',
       '127.0.0.1', 'bench', now(), now(), now() + interval '1 day'
FROM generate_series(0, {count} - 1) AS n;
