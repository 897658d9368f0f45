INSERT INTO products AS p (
    org_id, id, handle, title, body_html, vendor, product_type, tags, is_published, option_names)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (org_id, id) DO UPDATE SET
    title = EXCLUDED.title, body_html = EXCLUDED.body_html, vendor = EXCLUDED.vendor,
    product_type = EXCLUDED.product_type, tags = EXCLUDED.tags, is_published = EXCLUDED.is_published,
    option_names = EXCLUDED.option_names, updated_at = now()
WHERE (p.title, p.body_html, p.vendor, p.product_type, p.tags, p.is_published, p.option_names)
    IS DISTINCT FROM (EXCLUDED.title, EXCLUDED.body_html, EXCLUDED.vendor, EXCLUDED.product_type, EXCLUDED.tags,
                      EXCLUDED.is_published, EXCLUDED.option_names)
