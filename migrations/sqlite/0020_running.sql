-- The operator finds an agreement by its number alone, which every enterprise counts for itself.
CREATE INDEX agreements_number ON agreements (number);
