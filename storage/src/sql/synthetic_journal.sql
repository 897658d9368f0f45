-- A made-up journal. Movement n of a shard belongs to item (n − 1) mod items; an item's first movement receives stock, then
-- every three sell one unit: reserved, confirmed, shipped. An item's id ends in its shard's number, as hashing wants it.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
DROP INDEX stock_movements_command;
DROP INDEX stock_movements_item;
CREATE TEMP TABLE made_up_items AS
SELECT s AS shard, n, (substr(md5('item ' || s || ' ' || n), 1, 30) || lpad(to_hex(s), 2, '0'))::uuid AS id
FROM generate_series(0, 63) s, generate_series(0, {items} - 1) n;
CREATE UNIQUE INDEX ON made_up_items (shard, n);
ANALYZE made_up_items;
INSERT INTO inventory_items (org_id, id, sku, title) SELECT '{org}', id, 'M-' || shard || '-' || n, 'Made up' FROM made_up_items;
INSERT INTO stock_movements (
    seq, fingerprint, quantity, on_hand, reserved, allocated, safety, incoming, shortfall, at, expires_at, shard, line, part,
    org_id, item_id, location_id, command_id, reservation_id, order_line_id, kind)
SELECT seq, 0, CASE WHEN step = 0 THEN 1000000000 ELSE 1 END,
       1000000000 - CASE WHEN step = 0 THEN 0 ELSE (step - 1) / 3 + (phase = 2)::int END,
       (phase = 0)::int, (phase = 1)::int, 0, 0, 0,
       timestamptz '2026-01-01' + seq * interval '1 microsecond',
       CASE WHEN phase = 0 THEN timestamptz '2027-01-01' END,
       shard, 0, 0, '{org}', item_id, place.id,
       (lpad(to_hex(seq), 16, '0') || lpad(to_hex(shard), 16, '0'))::uuid,
       CASE WHEN phase IN (0, 1) THEN unit END, CASE WHEN phase IN (1, 2) THEN unit END,
       CASE phase WHEN -1 THEN 'received' WHEN 0 THEN 'reserved' WHEN 1 THEN 'confirmed' ELSE 'shipped' END
FROM (
    SELECT i.shard, i.id AS item_id, step, step::bigint * {items} + i.n + 1 AS seq,
           CASE WHEN step = 0 THEN -1 ELSE (step - 1) % 3 END AS phase,
           (lpad(to_hex((step + 2) / 3), 16, '0') || lpad(to_hex(i.shard * 1000000 + i.n), 16, '0'))::uuid AS unit
    FROM generate_series(0, 63) s
    CROSS JOIN generate_series(0, {units} * 3) step
    CROSS JOIN LATERAL (SELECT * FROM made_up_items m WHERE m.shard = s ORDER BY n) i
) AS made_up
CROSS JOIN (SELECT id FROM stock_locations WHERE org_id = '{org}' LIMIT 1) AS place;
INSERT INTO stock_levels
SELECT '{org}', m.id, place.id, 1000000000 - {units}, 0, 0, 0, 0, 0, now()
FROM made_up_items m CROSS JOIN (SELECT id FROM stock_locations WHERE org_id = '{org}' LIMIT 1) AS place;
UPDATE journal_shards SET seq = ({units} * 3 + 1)::bigint * {items};
ANALYZE stock_movements;
CHECKPOINT;
