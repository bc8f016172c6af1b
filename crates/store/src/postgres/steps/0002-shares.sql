-- Who wakes what fell due: records are divided into shares by their ids, and each process holds some of them for a
-- while. What a process that went away held falls to the others when its time is over.
CREATE TABLE due_shares (
    share smallint PRIMARY KEY,
    holder text,
    held_until timestamptz
) WITH (fillfactor = 50);
INSERT INTO due_shares (share) SELECT generate_series(0, 63);

CREATE TABLE due_workers (id text PRIMARY KEY, seen timestamptz NOT NULL) WITH (fillfactor = 50);

-- Renews the shares of a worker, gives up what is more than its part or takes what is free up to it, and says which it
-- holds. Nobody waits for anybody: what another is just taking is passed over.
CREATE FUNCTION jifen_hold_shares(worker text, lease interval) RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE
    part bigint;
BEGIN
    INSERT INTO due_workers AS w (id, seen) VALUES (worker, now()) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen;
    DELETE FROM due_workers WHERE id IN (
        SELECT id FROM due_workers WHERE seen < now() - lease FOR UPDATE SKIP LOCKED
    );
    SELECT ceil(64.0 / count(*)) INTO part FROM due_workers WHERE seen >= now() - lease;
    WITH surplus AS (
        SELECT share FROM due_shares WHERE holder = worker ORDER BY share OFFSET part FOR UPDATE SKIP LOCKED
    ) UPDATE due_shares d SET holder = NULL FROM surplus WHERE d.share = surplus.share;
    WITH mine AS (
        SELECT share FROM due_shares WHERE holder = worker OR holder IS NULL OR held_until < now()
        ORDER BY (holder IS NOT DISTINCT FROM worker) DESC, share LIMIT part FOR UPDATE SKIP LOCKED
    ) UPDATE due_shares d SET holder = worker, held_until = now() + lease FROM mine WHERE d.share = mine.share;
    RETURN ARRAY(SELECT share FROM due_shares WHERE holder = worker AND held_until > now() ORDER BY share);
END $$;
