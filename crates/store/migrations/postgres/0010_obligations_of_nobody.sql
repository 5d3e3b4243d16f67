-- What nobody answers for, such as the past of an imported record, is on nobody's list and so in no index for lists.
DROP INDEX obligations_of_team;
DROP INDEX obligations_of_worker;
CREATE INDEX obligations_of_team ON obligations (team, due, id) WHERE state IN ('open', 'missed') AND team IS NOT NULL;
CREATE INDEX obligations_of_worker ON obligations (worker, due, id) WHERE state IN ('open', 'missed') AND worker IS NOT NULL;
