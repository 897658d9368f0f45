INSERT INTO variants AS w (
    org_id, id, product_id, sku, option_values, price_minor, compare_at_minor, currency, barcode, grams,
    requires_shipping, is_taxable, position)
SELECT $1, v.id, $2, v.sku, ARRAY(SELECT jsonb_array_elements_text(v.options)), v.price, v.compare_at, v.currency,
       v.barcode, v.grams, v.shipping, v.taxable, v.position::integer
FROM unnest($3::uuid[], $4::text[], $5::jsonb[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::bigint[],
            $11::boolean[], $12::boolean[])
    WITH ORDINALITY AS v (id, sku, options, price, compare_at, currency, barcode, grams, shipping, taxable, position)
ON CONFLICT (org_id, id) DO UPDATE SET
    sku = EXCLUDED.sku, option_values = EXCLUDED.option_values, price_minor = EXCLUDED.price_minor,
    compare_at_minor = EXCLUDED.compare_at_minor, currency = EXCLUDED.currency, barcode = EXCLUDED.barcode,
    grams = EXCLUDED.grams, requires_shipping = EXCLUDED.requires_shipping, is_taxable = EXCLUDED.is_taxable,
    position = EXCLUDED.position, updated_at = now()
WHERE (w.sku, w.option_values, w.price_minor, w.compare_at_minor, w.currency, w.barcode, w.grams, w.requires_shipping,
       w.is_taxable, w.position)
    IS DISTINCT FROM (EXCLUDED.sku, EXCLUDED.option_values, EXCLUDED.price_minor, EXCLUDED.compare_at_minor,
                      EXCLUDED.currency, EXCLUDED.barcode, EXCLUDED.grams, EXCLUDED.requires_shipping,
                      EXCLUDED.is_taxable, EXCLUDED.position)
