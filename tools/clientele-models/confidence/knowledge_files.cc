#include "tools/clientele-models/confidence/knowledge_files.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/training/reader/squad_file.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAnswersOfTopic = 20;

using CsvRows = std::vector<csv::CsvRow>;

absl::StatusOr<CsvRows> ReadCsvRows(const fs::path& path,
                                    const std::vector<std::string>& required) {
  const auto in_file = [&](absl::string_view message) {
    return absl::InvalidArgumentError(absl::StrCat(path.filename().string(), ": ", message));
  };
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(path, {.names = required}));
  for (const std::string& column : required) {
    if (!reader->Column(column).has_value()) return in_file(absl::StrCat("has no column ", column));
  }
  CsvRows rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    if (!row.error().ok()) return in_file(row.error().message());
    rows.push_back(row);
  }
  if (rows.empty()) return in_file("has no rows");
  return rows;
}

std::string Cell(const csv::CsvRow& row, const std::string& column) {
  return std::string(absl::StripAsciiWhitespace(row.Get(column)));
}

// Every so many questions, so that `most` are left.
void Thin(std::vector<qa::TopicQuestion>& questions, std::size_t most) {
  if (questions.size() <= most) return;
  std::vector<qa::TopicQuestion> kept;
  kept.reserve(most);
  for (std::size_t i = 0; i < most; ++i) {
    kept.push_back(std::move(questions[i * questions.size() / most]));
  }
  questions = std::move(kept);
}

struct TopicPairs {
  std::vector<std::string> questions;
  std::vector<std::string> answers;
};

// Every other question stands in an article of the topic; the others are asked.
void AddHalved(const std::string& topic, const TopicPairs& pairs, qa::AskedKnowledge& knowledge) {
  qa::TopicArticle article = {.article = {}, .topic = topic};
  const auto finish = [&] {
    if (article.article.questions.empty()) return;
    knowledge.articles.push_back(std::move(article));
    article = {.article = {}, .topic = topic};
  };
  for (std::size_t i = 0; i < pairs.questions.size(); ++i) {
    if (i % 2 == 1) {
      knowledge.questions.push_back({pairs.questions[i], topic});
      continue;
    }
    if (article.article.questions.empty()) {
      article.article.id = absl::StrCat(topic, ".", i);
      article.article.body = pairs.answers[i];
    }
    article.article.questions.push_back(pairs.questions[i]);
    if (article.article.questions.size() == qa::kMaxQuestions) finish();
  }
  finish();
}

}  // namespace

absl::StatusOr<qa::AskedKnowledge> ReadSquadKnowledge(const fs::path& path,
                                                      const KnowledgeLimits& limits) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::ReadingSet set,
                             qa::ReadSquadFiles({path}, qa::AnswerStarts::kNotRead));
  qa::AskedKnowledge knowledge = {.name = path.filename().string()};
  for (std::size_t i = 0; i < set.passages.size(); ++i) {
    qa::TopicArticle article = {.article = {}, .topic = absl::StrCat("passage ", i)};
    article.article.id = absl::StrCat(i);
    article.article.body = set.passages[i].text;
    knowledge.articles.push_back(std::move(article));
  }
  for (const qa::ReadingExample& example : set.examples) {
    if (example.answers.empty()) continue;
    knowledge.questions.push_back({example.question, absl::StrCat("passage ", example.passage)});
  }
  Thin(knowledge.questions, limits.questions);
  return knowledge;
}

absl::StatusOr<std::vector<qa::AskedKnowledge>> ReadPairKnowledge(const fs::path& path,
                                                                  const PairColumns& columns,
                                                                  const KnowledgeLimits& limits) {
  CLIENTELE_ASSIGN_OR_RETURN(const CsvRows rows,
                             ReadCsvRows(path, {columns.question, columns.answer, columns.topic}));
  std::map<std::string, TopicPairs> topics;
  absl::flat_hash_set<std::string> seen;
  for (const csv::CsvRow& row : rows) {
    std::string question = Cell(row, columns.question);
    std::string answer = Cell(row, columns.answer);
    std::string topic = Cell(row, columns.topic);
    if (question.empty() || answer.empty() || topic.empty()) continue;
    if (!seen.insert(question).second) continue;
    topics[topic].questions.push_back(std::move(question));
    topics[topic].answers.push_back(std::move(answer));
  }
  const std::string name = path.filename().string();
  qa::AskedKnowledge listed = {.name = absl::StrCat(name, " with questions")};
  qa::AskedKnowledge answers = {.name = absl::StrCat(name, " answers alone")};
  qa::AskedKnowledge halved = {.name = absl::StrCat(name, " with half of the questions")};
  for (const auto& [topic, pairs] : topics) {
    AddHalved(topic, pairs, halved);
    qa::TopicArticle article = {.article = {}, .topic = topic};
    article.article.id = topic;
    article.article.body = pairs.answers.front();
    for (std::size_t i = 0; i < pairs.questions.size(); ++i) {
      if (i < limits.listed_questions) {
        article.article.questions.push_back(pairs.questions[i]);
      } else {
        listed.questions.push_back({pairs.questions[i], topic});
      }
      answers.questions.push_back({pairs.questions[i], topic});
    }
    listed.articles.push_back(std::move(article));
    for (std::size_t i = 0; i < std::min(kAnswersOfTopic, pairs.answers.size()); ++i) {
      qa::TopicArticle answer = {.article = {}, .topic = topic};
      answer.article.id = absl::StrCat(topic, ".", i);
      answer.article.body = pairs.answers[i];
      answers.articles.push_back(std::move(answer));
    }
  }
  Thin(listed.questions, limits.questions);
  Thin(answers.questions, limits.questions);
  Thin(halved.questions, limits.questions);
  return std::vector<qa::AskedKnowledge>{std::move(listed), std::move(halved), std::move(answers)};
}

absl::StatusOr<std::vector<qa::AskedKnowledge>> ReadArticleKnowledge(
    const fs::path& path, const KnowledgeLimits& limits) {
  CLIENTELE_ASSIGN_OR_RETURN(const CsvRows rows, ReadCsvRows(path, {"article_id", "body"}));
  const std::string name = path.filename().string();
  std::vector<qa::AskedKnowledge> halves = {{.name = absl::StrCat(name, " first half")},
                                            {.name = absl::StrCat(name, " second half")}};
  for (const csv::CsvRow& row : rows) {
    qa::Article article;
    article.id = Cell(row, "article_id");
    article.title = Cell(row, "title");
    article.body = Cell(row, "body");
    article.language_code = Cell(row, "language_code");
    if (article.id.empty() || article.body.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path.filename().string(), ": line ", row.line(), ": has no id or no body"));
    }
    for (qa::AskedKnowledge& half : halves) half.articles.push_back({article, article.id});
    std::size_t number = 0;
    for (const absl::string_view question :
         absl::StrSplit(row.Get("questions"), '|', absl::SkipWhitespace())) {
      const std::size_t asked = number++ % halves.size();
      const std::string text(absl::StripAsciiWhitespace(question));
      halves[asked].questions.push_back({text, article.id});
      halves[1 - asked].articles.back().article.questions.push_back(text);
    }
  }
  std::erase_if(halves, [](const qa::AskedKnowledge& half) { return half.questions.empty(); });
  for (qa::AskedKnowledge& half : halves) Thin(half.questions, limits.questions);
  return halves;
}

void AddForeignQuestions(absl::Span<const qa::AskedKnowledge> others,
                         qa::AskedKnowledge& knowledge) {
  const std::size_t most = knowledge.questions.size() / std::max<std::size_t>(others.size(), 1);
  for (const qa::AskedKnowledge& other : others) {
    std::vector<qa::TopicQuestion> foreign = other.questions;
    Thin(foreign, most);
    for (qa::TopicQuestion& question : foreign) {
      knowledge.questions.push_back({std::move(question.text), ""});
    }
  }
}

}  // namespace clientele::models
