-- How often something was tried in a window of time.
CREATE TABLE rate_windows (
    key       TEXT COLLATE "C" NOT NULL,
    window_at BIGINT NOT NULL,
    hits      BIGINT NOT NULL,
    PRIMARY KEY (key, window_at)
);
CREATE INDEX rate_windows_window_at ON rate_windows (window_at);
