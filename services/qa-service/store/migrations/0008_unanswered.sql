-- Questions without an answer, newest first: what should be written next.
CREATE INDEX questions_unanswered ON {schema}.questions (question_id) WHERE state = 2;
