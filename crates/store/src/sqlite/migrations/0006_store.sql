-- What is to be forgotten is found by its age, and what refers to a call by the call. What is dead is counted without
-- reading the rest.
CREATE INDEX calls_ended ON calls (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX idempotency_keys_of_call ON idempotency_keys (call);
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 'dead';
