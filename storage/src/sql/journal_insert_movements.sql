-- In the select list, not in FROM: there the arrays would be joined into a temporary store first.
INSERT INTO stock_movements (
    shard, seq, org_id, item_id, location_id, command_id, line, fingerprint, part, asked_by, at, kind, quantity,
    reservation_id, order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall)
SELECT
    unnest($1::smallint[]), unnest($2::bigint[]), unnest($3::uuid[]), unnest($4::uuid[]), unnest($5::uuid[]),
    unnest($6::uuid[]), unnest($7::smallint[]), unnest($8::bigint[]), unnest($9::smallint[]), unnest($10::uuid[]),
    unnest($11::timestamptz[]), unnest($12::text[]), unnest($13::bigint[]), unnest($14::uuid[]), unnest($15::uuid[]),
    unnest($16::timestamptz[]), unnest($17::text[]), unnest($18::bigint[]), unnest($19::bigint[]),
    unnest($20::bigint[]), unnest($21::bigint[]), unnest($22::bigint[]), unnest($23::bigint[])
