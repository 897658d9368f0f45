INSERT INTO stock_movements (
    shard, seq, org_id, item_id, location_id, command_id, fingerprint, part, asked_by, at, kind, quantity,
    reservation_id, order_line_id, expires_at, reason, on_hand, reserved, allocated, safety, incoming, shortfall)
SELECT v.* FROM unnest(
    $1::smallint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[], $8::smallint[],
    $9::uuid[], $10::timestamptz[], $11::text[], $12::bigint[], $13::uuid[], $14::uuid[], $15::timestamptz[],
    $16::text[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[]) AS v
