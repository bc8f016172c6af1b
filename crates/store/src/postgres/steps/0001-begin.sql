CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

-- The newest number of each stream. Its row is what commits with entries wait for each other at, last of all.
CREATE TABLE streams (stream smallint PRIMARY KEY, last_entry bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO streams VALUES (0, 0);

CREATE TABLE journal (
    stream smallint NOT NULL,
    number bigint NOT NULL,
    chain text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    previous bigint NOT NULL,
    hash bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (stream, number)
);

-- One row for each shard a process may write to, so that processes do not wait for each other's sums.
CREATE TABLE counters (
    metric text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    dimensions text COLLATE "C" NOT NULL,
    shard smallint NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (metric, day, dimensions, shard)
) WITH (fillfactor = 60);

-- One row for each open store: its newest attempt to commit, up to which attempts were given up, and the number of the
-- newest entry after its newest commit.
CREATE TABLE writers (
    id text PRIMARY KEY,
    attempt bigint NOT NULL,
    given_up bigint NOT NULL,
    last_entry bigint NOT NULL,
    seen timestamptz NOT NULL
) WITH (fillfactor = 10);

CREATE FUNCTION jifen_expect(done bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF done <> wanted THEN
        RAISE EXCEPTION 'a record was changed meanwhile' USING ERRCODE = 'JF001';
    END IF;
END $$;

-- Begins an attempt of a writer that writes a format.
CREATE FUNCTION jifen_begin(writer text, this_attempt bigint, format bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    oldest bigint;
BEGIN
    INSERT INTO writers AS w (id, attempt, given_up, last_entry, seen) VALUES (writer, this_attempt, 0, 0, now())
    ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, seen = excluded.seen
    WHERE w.attempt < excluded.attempt AND w.given_up < excluded.attempt;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the attempt was given up' USING ERRCODE = 'JF003';
    END IF;
    SELECT value::bigint INTO oldest FROM meta WHERE name = 'oldest_writer';
    IF oldest > format THEN
        RAISE EXCEPTION '%', oldest USING ERRCODE = 'JF002';
    END IF;
END $$;

-- Waits for an attempt whose end was not heard, says whether it went down and the number of its newest entry, and lets
-- it not go down any more.
CREATE FUNCTION jifen_give_up(writer text, this_attempt bigint, OUT committed boolean, OUT newest bigint)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT attempt = this_attempt, last_entry INTO committed, newest FROM writers WHERE id = writer FOR UPDATE;
    committed := coalesce(committed, false);
    UPDATE writers SET given_up = greatest(given_up, this_attempt) WHERE id = writer;
END $$;
