"""Whether a finished dataset is what it must be: gates over its rows, its texts and its files."""

from codestrata.export.validate.judgement import Judgement, Report

__all__ = ["Judgement", "Report"]
