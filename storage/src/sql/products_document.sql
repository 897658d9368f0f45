-- A product with its variants and pictures as one document, for the audit log. Long texts are digested.
SELECT jsonb_build_object(
    'handle', p.handle, 'title', p.title, 'vendor', p.vendor, 'product_type', p.product_type, 'tags', p.tags,
    'is_published', p.is_published, 'option_names', p.option_names,
    'body_html_sha256', encode(sha256(convert_to(p.body_html, 'UTF8')), 'hex'),
    'variants', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', v.id, 'sku', v.sku, 'option_values', v.option_values, 'price_minor', v.price_minor,
            'compare_at_minor', v.compare_at_minor, 'currency', v.currency, 'barcode', v.barcode, 'grams', v.grams,
            'requires_shipping', v.requires_shipping, 'is_taxable', v.is_taxable) ORDER BY v.position, v.id), '[]')
        FROM variants v WHERE v.org_id = p.org_id AND v.product_id = p.id),
    'images', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('url', i.url, 'alt_text', i.alt_text) ORDER BY i.position, i.url), '[]')
        FROM product_images i WHERE i.org_id = p.org_id AND i.product_id = p.id))
FROM products p WHERE p.org_id = $1 AND p.id = $2
