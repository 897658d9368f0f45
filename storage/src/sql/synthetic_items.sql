-- Made-up items with a thousand units each, received in one movement.
SET synchronous_commit = off;
CREATE TEMP TABLE made_up_items AS
SELECT s AS shard, n, (substr(md5('item ' || s || ' ' || n), 1, 30) || lpad(to_hex(s), 2, '0'))::uuid AS id
FROM generate_series(0, 63) s, generate_series(1, {items_per_shard}) n;
CREATE TEMP TABLE made_up_place AS SELECT id FROM stock_locations WHERE org_id = '{org}' LIMIT 1;
INSERT INTO inventory_items (org_id, id, sku, title) SELECT '{org}', id, 'M-' || shard || '-' || n, 'Made up' FROM made_up_items;
INSERT INTO stock_levels
SELECT '{org}', m.id, place.id, 1000, 0, 0, 0, 0, 0, now() FROM made_up_items m CROSS JOIN made_up_place place;
INSERT INTO stock_movements (
    seq, fingerprint, quantity, on_hand, reserved, allocated, safety, incoming, shortfall, at, shard, line, part,
    org_id, item_id, location_id, command_id, kind)
SELECT n, 0, 1000, 1000, 0, 0, 0, 0, 0, now(), shard, 0, 0, '{org}', m.id, place.id, m.id, 'received'
FROM made_up_items m CROSS JOIN made_up_place place;
UPDATE journal_shards SET seq = {items_per_shard};
ANALYZE inventory_items, stock_levels, stock_movements;
CHECKPOINT;
