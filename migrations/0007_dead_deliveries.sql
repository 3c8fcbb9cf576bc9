-- Dead deliveries are few among very many, and are counted and listed by themselves. Only they have an entry in this index: a delivery that
-- gets through costs no row more.
CREATE INDEX deliveries_dead ON deliveries (created_at, id, destination, reason, kind) WHERE state = 'dead';
