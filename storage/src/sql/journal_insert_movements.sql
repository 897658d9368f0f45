INSERT INTO stock_movements (
    shard, seq, org_id, item_id, location_id, command_id, line, fingerprint, part, asked_by, at, kind, quantity,
    reservation_id, order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall)
SELECT v.* FROM unnest(
    $1::smallint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::smallint[], $8::bigint[],
    $9::smallint[], $10::uuid[], $11::timestamptz[], $12::text[], $13::bigint[], $14::uuid[], $15::uuid[],
    $16::timestamptz[], $17::text[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
    $23::bigint[]) AS v
