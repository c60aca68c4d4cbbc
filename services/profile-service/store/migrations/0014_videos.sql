-- Short videos beside pictures. Formats are 1 JPEG, 2 PNG, 3 WebP, 4 MP4 and 5 WebM from here on.
ALTER TABLE profile.media
  -- In microseconds; 0 of a picture.
  ADD COLUMN duration_micros bigint NOT NULL DEFAULT 0,
  -- That are looked at.
  ADD COLUMN frame_count integer NOT NULL DEFAULT 1;
