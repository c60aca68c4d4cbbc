#include "tools/clientele-models/encoder/retrieval_files.h"

#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/csv/csv_reader.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

const Names& PassageTexts() {
  static const Names& names = *new Names{"text", "passage", "body", "answer"};
  return names;
}
const Names& PassageIds() {
  static const Names& names = *new Names{"id", "passage_id", "article_id"};
  return names;
}
const Names& QueryTexts() {
  static const Names& names = *new Names{"text", "query", "question"};
  return names;
}
const Names& QueryIds() {
  static const Names& names = *new Names{"passage_id", "passage", "right", "article_id", "id"};
  return names;
}

Names Wanted(const std::string& chosen, const Names& usual) {
  return chosen.empty() ? usual : Names{chosen};
}

absl::Status InFile(const fs::path& path, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(path.filename().string(), ": ", status.message()));
}

// The first of the names that the file has, but for `taken`.
absl::StatusOr<std::size_t> FindColumn(const csv::CsvReader& reader, const Names& names,
                                       std::size_t taken = std::string::npos) {
  for (const std::string& name : names) {
    const auto column = reader.Column(name);
    if (column.has_value() && *column != taken) return *column;
  }
  return absl::InvalidArgumentError(absl::StrCat("has no column ", absl::StrJoin(names, " or ")));
}

struct TextAndId {
  std::string text;
  std::string id;
  std::int64_t line = 0;
};

absl::StatusOr<std::vector<TextAndId>> ReadCsv(const fs::path& path, const Names& texts,
                                               const Names& ids) {
  Names names = texts;
  names.insert(names.end(), ids.begin(), ids.end());
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader, csv::CsvReader::Open(path, {.names = names}));
  CLIENTELE_ASSIGN_OR_RETURN(const std::size_t text_at, FindColumn(*reader, texts));
  CLIENTELE_ASSIGN_OR_RETURN(const std::size_t id_at, FindColumn(*reader, ids, text_at));
  std::vector<TextAndId> rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    TextAndId read = {std::string(absl::StripAsciiWhitespace(row.fields()[text_at])),
                      std::string(absl::StripAsciiWhitespace(row.fields()[id_at])), row.line()};
    if (read.text.empty() || read.id.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", read.line, ": has no text or no id"));
    }
    rows.push_back(std::move(read));
  }
  if (rows.empty()) return absl::InvalidArgumentError("has no rows");
  return rows;
}

bool BeginsWithJson(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  char first = 0;
  while (in.get(first)) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(first))) return first == '{';
  }
  return false;
}

const nlohmann::json* FindMember(const nlohmann::json& object, const Names& names) {
  for (const std::string& name : names) {
    const auto found = object.find(name);
    if (found != object.end()) return &*found;
  }
  return nullptr;
}

// An id may be written as a number.
absl::Status AddId(const nlohmann::json& json, std::vector<std::string>& ids) {
  if (json.is_string()) {
    ids.push_back(json.get<std::string>());
  } else if (json.is_number_integer()) {
    ids.push_back(json.dump());
  } else {
    return absl::InvalidArgumentError("an id must be a text or a whole number");
  }
  return absl::OkStatus();
}

absl::StatusOr<qa::EvaluatedQuery> ParseQuery(const std::string& line, const Names& texts,
                                              const Names& ids) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ParseJsonText(line, "the line"));
  if (!json.is_object()) return absl::InvalidArgumentError("is not a JSON object");
  const nlohmann::json* text = FindMember(json, texts);
  const nlohmann::json* right = FindMember(json, ids);
  if (text == nullptr || !text->is_string() || text->get_ref<const std::string&>().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("has no text ", absl::StrJoin(texts, " or ")));
  }
  if (right == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("has no id ", absl::StrJoin(ids, " or ")));
  }
  qa::EvaluatedQuery query = {.text = text->get<std::string>(), .right = {}};
  if (right->is_array()) {
    for (const auto& each : *right) CLIENTELE_RETURN_IF_ERROR(AddId(each, query.right));
  } else {
    CLIENTELE_RETURN_IF_ERROR(AddId(*right, query.right));
  }
  if (query.right.empty()) return absl::InvalidArgumentError("has an empty list of ids");
  return query;
}

absl::StatusOr<std::vector<qa::EvaluatedQuery>> ReadJsonLines(const fs::path& path,
                                                              const Names& texts,
                                                              const Names& ids) {
  std::ifstream in(path, std::ios::binary);
  std::vector<qa::EvaluatedQuery> queries;
  std::int64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    absl::StatusOr<qa::EvaluatedQuery> query = ParseQuery(line, texts, ids);
    if (!query.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", query.status().message()));
    }
    queries.push_back(*std::move(query));
  }
  return queries;
}

absl::StatusOr<QuestionAnswerRows> ReadPairRows(const fs::path& path, const std::string& question,
                                                const std::string& answer) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto reader,
                             csv::CsvReader::Open(path, {.names = {question, answer}}));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns({question, answer}));
  const std::size_t question_at = *reader->Column(question);
  const std::size_t answer_at = *reader->Column(answer);
  QuestionAnswerRows rows;
  csv::CsvRow row;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    CLIENTELE_RETURN_IF_ERROR(row.error());
    const absl::string_view asked = absl::StripAsciiWhitespace(row.fields()[question_at]);
    const absl::string_view answered = absl::StripAsciiWhitespace(row.fields()[answer_at]);
    if (asked.empty() || answered.empty()) {
      ++rows.skipped;
      continue;
    }
    rows.pairs.push_back({std::string(asked), std::string(answered)});
  }
  if (rows.pairs.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("has no row with both a ", question, " and an ", answer));
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<qa::EvaluatedPassage>> ReadPassages(const fs::path& path,
                                                               const RetrievalColumns& columns) {
  auto rows = ReadCsv(path, Wanted(columns.text, PassageTexts()), Wanted(columns.id, PassageIds()));
  if (!rows.ok()) return InFile(path, rows.status());
  std::vector<qa::EvaluatedPassage> passages;
  passages.reserve(rows->size());
  for (TextAndId& row : *rows) passages.push_back({std::move(row.id), std::move(row.text)});
  return passages;
}

absl::StatusOr<std::vector<qa::EvaluatedQuery>> ReadQueries(const fs::path& path,
                                                            const RetrievalColumns& columns) {
  const Names texts = Wanted(columns.text, QueryTexts());
  const Names ids = Wanted(columns.id, QueryIds());
  if (BeginsWithJson(path)) {
    auto queries = ReadJsonLines(path, texts, ids);
    if (!queries.ok()) return InFile(path, queries.status());
    return queries;
  }
  auto rows = ReadCsv(path, texts, ids);
  if (!rows.ok()) return InFile(path, rows.status());
  std::vector<qa::EvaluatedQuery> queries;
  queries.reserve(rows->size());
  for (TextAndId& row : *rows) queries.push_back({std::move(row.text), {std::move(row.id)}});
  return queries;
}

absl::StatusOr<QuestionAnswerRows> ReadPairs(const fs::path& path,
                                             const std::string& question_column,
                                             const std::string& answer_column) {
  auto rows = ReadPairRows(path, question_column, answer_column);
  if (!rows.ok()) return InFile(path, rows.status());
  return rows;
}

}  // namespace clientele::models
