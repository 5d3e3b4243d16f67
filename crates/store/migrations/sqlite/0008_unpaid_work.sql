-- A council's running orders with unpaid work.
CREATE INDEX cases_with_hours ON cases (council, stream, order_ref)
    WHERE hours_ordered IS NOT NULL AND ended_on IS NULL;
