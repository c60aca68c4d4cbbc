-- Campaigns and coupons, and events that are left out of features.
ALTER TABLE profile.events
  -- The campaign or coupon that it is about or came of.
  ADD COLUMN campaign_id text COLLATE "C",
  ADD COLUMN coupon_id text COLLATE "C",
  -- 0: it counts; 1: a robot's; 2: at an impossible rate.
  ADD COLUMN left_out smallint NOT NULL DEFAULT 0;

ALTER TABLE profile.behavior
  -- Events of campaigns and coupons.
  ADD COLUMN campaigns_sent bigint NOT NULL DEFAULT 0,
  ADD COLUMN campaigns_opened bigint NOT NULL DEFAULT 0,
  ADD COLUMN campaigns_clicked bigint NOT NULL DEFAULT 0,
  ADD COLUMN campaigns_unsubscribed bigint NOT NULL DEFAULT 0,
  ADD COLUMN coupons_issued bigint NOT NULL DEFAULT 0,
  ADD COLUMN coupons_redeemed bigint NOT NULL DEFAULT 0,
  -- Campaigns, each once (profile.campaign_responses).
  ADD COLUMN distinct_campaigns bigint NOT NULL DEFAULT 0,
  ADD COLUMN distinct_opened bigint NOT NULL DEFAULT 0,
  ADD COLUMN distinct_clicked bigint NOT NULL DEFAULT 0,
  -- Microseconds since 1970.
  ADD COLUMN first_campaign_micros bigint,
  ADD COLUMN last_response_micros bigint,
  -- Events that are left out.
  ADD COLUMN robot_events bigint NOT NULL DEFAULT 0,
  ADD COLUMN rapid_events bigint NOT NULL DEFAULT 0;

-- The campaigns that each customer received.
CREATE TABLE profile.campaign_responses (
  customer_id text COLLATE "C" NOT NULL
    REFERENCES profile.customers (customer_id) ON DELETE CASCADE,
  campaign_id text COLLATE "C" NOT NULL,
  opened boolean NOT NULL,
  clicked boolean NOT NULL,
  PRIMARY KEY (customer_id, campaign_id)
) WITH (fillfactor = 70);

-- Texts of events that are left out get no vectors.
DROP TRIGGER events_with_text ON profile.events;
CREATE TRIGGER events_with_text AFTER INSERT ON profile.events
  FOR EACH ROW WHEN (NEW.text IS NOT NULL AND NEW.type IN (2, 6, 7) AND NEW.left_out = 0)
  EXECUTE FUNCTION profile.add_pending_text();

-- What was derived of an event goes once it is left out.
CREATE FUNCTION profile.leave_out_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM profile.text_vectors AS v
    WHERE v.customer_id = NEW.customer_id AND v.event_id = NEW.event_id;
  DELETE FROM profile.pending_texts AS p
    WHERE p.customer_id = NEW.customer_id AND p.event_id = NEW.event_id;
  RETURN NULL;
END $$;
CREATE TRIGGER events_left_out AFTER UPDATE OF left_out ON profile.events
  FOR EACH ROW WHEN (NEW.text IS NOT NULL AND NEW.left_out <> 0)
  EXECUTE FUNCTION profile.leave_out_event();
