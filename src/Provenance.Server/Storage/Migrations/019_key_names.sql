-- Whoever looks through the keys should know which one is whose, and which one nobody needs any more.
ALTER TABLE api_key ADD COLUMN name TEXT; -- whose it is, as its party says; NULL where nobody said
ALTER TABLE api_key ADD COLUMN used_at INTEGER; -- to a day; NULL where it was never used
ALTER TABLE invitation ADD COLUMN name TEXT; -- for whom; becomes the key's name
