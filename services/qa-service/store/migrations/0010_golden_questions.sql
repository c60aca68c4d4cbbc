-- Questions whose right answer the company knows. expected_article is an article's id, or empty
-- where no article answers.
CREATE TABLE {schema}.golden_questions (
  question_id text COLLATE "C" PRIMARY KEY,
  question text NOT NULL,
  language_code text NOT NULL,
  expected_article text NOT NULL,
  expected_answer text NOT NULL,
  create_time timestamptz NOT NULL
);

-- Rises with each change of them. Whoever changes them locks the row until the commit.
CREATE TABLE {schema}.golden_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value bigint NOT NULL
);
INSERT INTO {schema}.golden_revision (value) VALUES (0);
