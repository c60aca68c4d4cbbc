-- Brand, category path, attributes, further pictures and the window in which an item is available.
-- A replica of an earlier version, which knows nothing of them, leaves them as they are.
ALTER TABLE recommend.items
  ADD COLUMN parent_categories jsonb NOT NULL DEFAULT '[]',  -- texts, the widest first
  ADD COLUMN brand text NOT NULL DEFAULT '',
  ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',         -- texts, numbers and lists of texts
  ADD COLUMN additional_image_uris jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN available_from timestamptz,                     -- null: from ever
  ADD COLUMN available_until timestamptz;                    -- null: for ever
