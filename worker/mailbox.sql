CREATE TABLE IF NOT EXISTS kept (topic TEXT, number INTEGER, body BLOB, until INTEGER, version INTEGER, PRIMARY KEY (topic, number));
CREATE TABLE IF NOT EXISTS topics (
  topic TEXT PRIMARY KEY, mark TEXT, newest INTEGER, ended INTEGER, milliseconds INTEGER, bytes INTEGER, until INTEGER
);
CREATE VIEW IF NOT EXISTS current AS SELECT * FROM kept WHERE number = 0 AND until > unixepoch() * 1000;
CREATE VIEW IF NOT EXISTS sums AS
  SELECT topic, number, SUM(LENGTH(body)) OVER (PARTITION BY topic ORDER BY number DESC) AS bytes FROM kept WHERE number > 0;
