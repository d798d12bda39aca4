-- The account that signed it: nonces are an account's, and the key of everyday writing may be changed. NULL: signed before this was written down, by the account of then.
ALTER TABLE chain_transaction ADD COLUMN account BLOB;
