-- Version 1. Everything stands in the schema of the setting `postgres_schema`, which is the search path.

CREATE TABLE streams (
    stream      text PRIMARY KEY,
    position    text NOT NULL,
    written_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE streams IS 'How far each event stream has been written; moved in the transaction that writes.';

CREATE TABLE refused (
    stream      text NOT NULL,
    stream_id   text NOT NULL,
    reason      text NOT NULL,
    cloudevent  bytea NOT NULL,
    refused_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, stream_id)
);
COMMENT ON TABLE refused IS 'What could not be written, as it came; tried again whenever the relay starts.';

CREATE TABLE events (
    event_id              text NOT NULL,
    event_version         integer NOT NULL,
    change                text NOT NULL,
    reason                text,
    event_type            text NOT NULL,
    mode                  text,
    context               text[] NOT NULL,
    acled_event_type      text,
    acled_sub_event_type  text,
    cameo_root            text,
    quad_class            smallint,
    realis                text NOT NULL,
    date_start            date,
    date_end              date,
    date_precision        text NOT NULL,
    time_precision        smallint,
    country               text,
    political             boolean NOT NULL,
    n_mentions            integer NOT NULL,
    n_sources             integer NOT NULL,
    n_independent         integer NOT NULL,
    confidence            double precision NOT NULL,
    told_at               timestamptz,
    latest                boolean NOT NULL,
    stream_id             text NOT NULL,
    written_at            timestamptz NOT NULL DEFAULT now(),
    record                jsonb NOT NULL,
    PRIMARY KEY (event_id, event_version)
);
COMMENT ON TABLE events IS 'One row per event version, for ever; `current_events` is what holds now.';
COMMENT ON COLUMN events.date_start IS 'First day it can have been; the words of the text are in record.';
COMMENT ON COLUMN events.date_end IS 'Last day it can have been: 29 February for "February 2024".';
COMMENT ON COLUMN events.country IS 'Of the first place where it happened, ISO 3166-1 alpha-3; all are in locations.';
COMMENT ON COLUMN events.told_at IS 'Time of the story version that told it.';
COMMENT ON COLUMN events.latest IS 'Whether this is the newest version of its event.';

CREATE UNIQUE INDEX events_latest ON events (event_id) WHERE latest;
CREATE INDEX events_by_type ON events (event_type, date_start) WHERE latest;
CREATE INDEX events_by_date ON events (date_start) WHERE latest;
CREATE INDEX events_by_country ON events (country, date_start) WHERE latest;
CREATE INDEX events_by_writing ON events (written_at);

CREATE TABLE locations (
    event_id           text NOT NULL,
    event_version      integer NOT NULL,
    number             integer NOT NULL,
    role               text NOT NULL,
    text               text NOT NULL,
    name               text,
    geonameid          bigint,
    lat                double precision,
    lon                double precision,
    country            text,
    admin1             text,
    feature_code       text,
    level              text,
    geo_precision      smallint,
    radius_km          double precision,
    score              double precision,
    unresolved_reason  text,
    PRIMARY KEY (event_id, event_version, number),
    FOREIGN KEY (event_id, event_version) REFERENCES events ON DELETE CASCADE
);
COMMENT ON COLUMN locations.role IS 'event: it happened there.';
CREATE INDEX locations_by_country ON locations (country);
CREATE INDEX locations_by_geonameid ON locations (geonameid);

CREATE TABLE participants (
    event_id       text NOT NULL,
    event_version  integer NOT NULL,
    number         integer NOT NULL,
    side           text NOT NULL,
    text           text NOT NULL,
    name           text,
    country        text,
    sector         text,
    PRIMARY KEY (event_id, event_version, number),
    FOREIGN KEY (event_id, event_version) REFERENCES events ON DELETE CASCADE
);
COMMENT ON COLUMN participants.side IS 'actor or recipient.';
CREATE INDEX participants_by_country ON participants (country, sector);

CREATE TABLE casualties (
    event_id       text NOT NULL,
    event_version  integer NOT NULL,
    kind           text NOT NULL,
    best           numeric,
    low            numeric,
    high           numeric,
    n_claims       integer NOT NULL,
    claimants      text[] NOT NULL,
    PRIMARY KEY (event_id, event_version, kind),
    FOREIGN KEY (event_id, event_version) REFERENCES events ON DELETE CASCADE
);
COMMENT ON COLUMN casualties.kind IS 'killed, injured, arrested, abducted, displaced or missing.';
COMMENT ON COLUMN casualties.best IS 'Null where the text is too vague; no row where it says nothing.';

CREATE VIEW current_events AS
SELECT event_id, event_version, change, reason, event_type, mode, context, acled_event_type, acled_sub_event_type,
       cameo_root, quad_class, realis, date_start, date_end, date_precision, time_precision, country, political,
       n_mentions, n_sources, n_independent, confidence, told_at, written_at, record
FROM events
WHERE latest AND change <> 'withdrawn';
COMMENT ON VIEW current_events IS 'The newest version of every event that has not been withdrawn.';
