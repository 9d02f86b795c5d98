-- What people write down about paying for a VPS: KiwiVM does not tell.
-- A day such as 2026-12-03; NULL: nobody wrote one down.
ALTER TABLE vps ADD COLUMN renews_on TEXT;
-- In people's own words, such as "49.99 USD a year".
ALTER TABLE vps ADD COLUMN price TEXT NOT NULL DEFAULT '';
