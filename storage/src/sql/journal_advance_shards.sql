WITH advanced AS (
    UPDATE journal_shards s SET seq = s.seq + v.count
    FROM unnest($1::smallint[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[])
        AS v (shard, epoch, incarnation, seq, count)
    WHERE s.shard = v.shard AND s.epoch = v.epoch AND s.incarnation = v.incarnation AND s.seq = v.seq
    RETURNING 1
)
SELECT require_rows('fenced', cardinality($1::smallint[]), (SELECT count(*) FROM advanced))
