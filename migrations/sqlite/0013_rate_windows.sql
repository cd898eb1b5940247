-- How often something was tried in a window of time.
CREATE TABLE rate_windows (
    key       TEXT NOT NULL,
    window_at INTEGER NOT NULL,
    hits      INTEGER NOT NULL,
    PRIMARY KEY (key, window_at)
) STRICT;
CREATE INDEX rate_windows_window_at ON rate_windows (window_at);
