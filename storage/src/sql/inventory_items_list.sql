-- Items by SKU with their totals over all locations; a bundle has what its scarcest component allows.
SELECT i.id, i.variant_id, i.sku, i.title, i.is_bundle, i.backorder_limit, i.reorder_point,
       own.on_hand, own.reserved, own.allocated, own.safety, own.incoming, own.shortfall,
       CASE WHEN i.is_bundle THEN coalesce(bundle.available, 0) ELSE own.available END AS available,
       CASE WHEN i.is_bundle THEN bundle.updated_at ELSE own.updated_at END AS updated_at
FROM inventory_items i
CROSS JOIN LATERAL (
    SELECT coalesce(sum(on_hand), 0)::bigint AS on_hand, coalesce(sum(reserved), 0)::bigint AS reserved,
           coalesce(sum(allocated), 0)::bigint AS allocated, coalesce(sum(safety), 0)::bigint AS safety,
           coalesce(sum(incoming), 0)::bigint AS incoming, coalesce(sum(shortfall), 0)::bigint AS shortfall,
           coalesce(sum(greatest(on_hand - reserved - allocated - safety, 0)), 0)::bigint AS available,
           max(updated_at) AS updated_at
    FROM stock_levels l WHERE l.org_id = i.org_id AND l.item_id = i.id
) AS own
LEFT JOIN LATERAL (
    SELECT min(part.available / c.quantity)::bigint AS available, max(part.updated_at) AS updated_at
    FROM bundle_components c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(on_hand - reserved - allocated - safety, 0)), 0)::bigint AS available,
               max(updated_at) AS updated_at
        FROM stock_levels l WHERE l.org_id = c.org_id AND l.item_id = c.component_item_id
    ) AS part
    WHERE i.is_bundle AND c.org_id = i.org_id AND c.bundle_item_id = i.id
) AS bundle ON i.is_bundle
WHERE i.org_id = $1 AND i.sku > $2 AND starts_with(i.sku, $3)
  AND ($4 = '' OR strpos(lower(i.sku), lower($4)) > 0 OR strpos(lower(i.title), lower($4)) > 0)
  AND CASE $5
        WHEN 'low' THEN i.reorder_point >= CASE WHEN i.is_bundle THEN coalesce(bundle.available, 0) ELSE own.available END
        WHEN 'out' THEN CASE WHEN i.is_bundle THEN coalesce(bundle.available, 0) ELSE own.available END = 0
        WHEN 'held' THEN own.reserved > 0
        WHEN 'short' THEN own.shortfall > 0
        ELSE true
      END
ORDER BY i.sku
LIMIT $6
