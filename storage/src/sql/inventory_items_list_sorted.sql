-- Items by one of their numbers, with their totals; see inventory_items_list.sql. `place` is the number, turned round where the
-- largest comes first, so that one comparison finds the next page. It reads all levels of the organization, which are small.
WITH own AS (
    SELECT item_id, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved,
           sum(allocated)::bigint AS allocated, sum(safety)::bigint AS safety, sum(incoming)::bigint AS incoming,
           sum(shortfall)::bigint AS shortfall,
           sum(greatest(on_hand - reserved - allocated - safety, 0))::bigint AS available, max(updated_at) AS updated_at
    FROM stock_levels WHERE org_id = $1 GROUP BY item_id
), bundle AS (
    SELECT c.bundle_item_id AS item_id, min(coalesce(own.available, 0) / c.quantity)::bigint AS available,
           max(own.updated_at) AS updated_at
    FROM bundle_components c LEFT JOIN own ON own.item_id = c.component_item_id
    WHERE c.org_id = $1 GROUP BY c.bundle_item_id
), item AS (
    SELECT i.id, i.variant_id, i.sku, i.title, i.is_bundle, i.backorder_limit, i.reorder_point,
           coalesce(own.on_hand, 0) AS on_hand, coalesce(own.reserved, 0) AS reserved,
           coalesce(own.allocated, 0) AS allocated, coalesce(own.safety, 0) AS safety,
           coalesce(own.incoming, 0) AS incoming, coalesce(own.shortfall, 0) AS shortfall,
           coalesce(CASE WHEN i.is_bundle THEN bundle.available ELSE own.available END, 0) AS available,
           CASE WHEN i.is_bundle THEN bundle.updated_at ELSE own.updated_at END AS updated_at
    FROM inventory_items i
    LEFT JOIN own ON own.item_id = i.id
    LEFT JOIN bundle ON bundle.item_id = i.id
    WHERE i.org_id = $1 AND starts_with(i.sku, $3)
      AND ($4 = '' OR strpos(lower(i.sku), lower($4)) > 0 OR strpos(lower(i.title), lower($4)) > 0)
), placed AS (
    SELECT item.id, item.variant_id, item.sku, item.title, item.is_bundle, item.backorder_limit, item.reorder_point,
           item.on_hand, item.reserved, item.allocated, item.safety, item.incoming, item.shortfall, item.available,
           item.updated_at,
           $9::bigint * CASE $7
             WHEN 'on_hand' THEN on_hand WHEN 'reserved' THEN reserved WHEN 'allocated' THEN allocated
             WHEN 'safety' THEN safety WHEN 'incoming' THEN incoming WHEN 'shortfall' THEN shortfall
             WHEN 'updated_at' THEN coalesce(extract(epoch FROM updated_at) * 1000000, 0)::bigint
             ELSE available
           END AS place
    FROM item
    WHERE CASE $5
            WHEN 'low' THEN reorder_point >= available
            WHEN 'out' THEN available = 0
            WHEN 'held' THEN reserved > 0
            WHEN 'short' THEN shortfall > 0
            ELSE true
          END
)
SELECT id, variant_id, sku, title, is_bundle, backorder_limit, reorder_point,
       on_hand, reserved, allocated, safety, incoming, shortfall, available, updated_at, place
FROM placed
WHERE $8::bigint IS NULL OR (place, sku) > ($8, $2)
ORDER BY place, sku
LIMIT $6
