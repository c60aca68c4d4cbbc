#include "services/qa-service/training/reader/squad_file.h"

#include <cstdint>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

using nlohmann::json;

// One in so many questions may have no answer where it is said to stand.
constexpr std::size_t kTolerated = 20;

// The byte where character `index` of the text begins; its size where there are just so many.
std::optional<std::size_t> ByteOfCharacter(absl::string_view text, std::int64_t index) {
  if (index < 0) return std::nullopt;
  std::int64_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    if (seen++ == index) return at;
  }
  return seen == index ? std::optional<std::size_t>(text.size()) : std::nullopt;
}

class SquadReader {
 public:
  SquadReader(std::string file, AnswerStarts starts, ReadingSet& set)
      : file_(std::move(file)), starts_(starts), set_(set) {}

  absl::Status Read(const json& root) {
    CLIENTELE_ASSIGN_OR_RETURN(const json* data, ArrayOf(root, "data", "the file"));
    const std::size_t before = set_.examples.size();
    for (const json& article : *data) {
      CLIENTELE_ASSIGN_OR_RETURN(const json* paragraphs,
                                 ArrayOf(article, "paragraphs", "an article"));
      const std::string title = StringOr(article, "title", "");
      for (const json& paragraph : *paragraphs) {
        CLIENTELE_RETURN_IF_ERROR(ReadParagraph(paragraph, title));
      }
    }
    const std::size_t questions = set_.examples.size() - before;
    if (questions == 0) return Wrong("holds no question");
    if (misplaced_ * kTolerated > questions) {
      return Wrong(
          absl::StrCat("question ", first_misplaced_,
                       ": answer_start does not match the answer's text in the context (so ",
                       misplaced_, " of ", questions, " questions)"));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Wrong(absl::string_view what) const { return InvalidField(file_, what); }

  absl::StatusOr<const json*> ArrayOf(const json& object, const char* field,
                                      absl::string_view what) const {
    const auto found = object.is_object() ? object.find(field) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_array()) {
      return Wrong(absl::StrCat(what, " has no list \"", field, "\": not in the format of SQuAD"));
    }
    return &*found;
  }

  static std::string StringOr(const json& object, const char* field, const std::string& otherwise) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
  }

  absl::Status ReadParagraph(const json& paragraph, const std::string& title) {
    CLIENTELE_ASSIGN_OR_RETURN(const json* questions, ArrayOf(paragraph, "qas", "a paragraph"));
    std::string context = StringOr(paragraph, "context", "");
    if (context.empty()) return Wrong("a paragraph has no context");
    const std::size_t number = set_.passages.size();
    set_.passages.push_back(
        {.article = title.empty() ? absl::StrCat(file_, " ", number + 1) : title,
         .text = std::move(context)});
    for (const json& question : *questions) {
      CLIENTELE_RETURN_IF_ERROR(ReadQuestion(question, number));
    }
    return absl::OkStatus();
  }

  absl::Status ReadQuestion(const json& question, std::size_t passage) {
    ReadingExample example;
    example.passage = passage;
    if (question.is_object()) {
      example.id = StringOr(question, "id", absl::StrCat(set_.examples.size() + 1));
      example.question = StringOr(question, "question", "");
    }
    if (example.question.empty()) return Wrong("a question has no text");
    const auto impossible = question.find("is_impossible");
    const bool has_none =
        impossible != question.end() && impossible->is_boolean() && impossible->get<bool>();
    if (!has_none) CLIENTELE_RETURN_IF_ERROR(ReadAnswers(question, example));
    set_.examples.push_back(std::move(example));
    return absl::OkStatus();
  }

  absl::Status ReadAnswers(const json& question, ReadingExample& example) {
    const auto found = question.find("answers");
    if (found == question.end() || !found->is_array() || found->empty()) {
      return Wrong(absl::StrCat("question ", example.id,
                                " has no answers, and is not marked \"is_impossible\""));
    }
    const std::string& context = set_.passages[example.passage].text;
    for (const json& answer : *found) {
      const std::string text = answer.is_object() ? StringOr(answer, "text", "") : "";
      if (text.empty())
        return Wrong(absl::StrCat("question ", example.id, ": an answer has no text"));
      example.answers.push_back(text);
      if (starts_ == AnswerStarts::kNotRead || example.place.has_value()) continue;
      const auto start = answer.find("answer_start");
      if (start == answer.end() || !start->is_number_integer()) continue;
      const auto begin = ByteOfCharacter(context, start->get<std::int64_t>());
      if (begin.has_value() && context.compare(*begin, text.size(), text) == 0) {
        example.place = {.begin = *begin, .end = *begin + text.size()};
      }
    }
    if (starts_ == AnswerStarts::kChecked && !example.place.has_value() && ++misplaced_ == 1) {
      first_misplaced_ = example.id;
    }
    return absl::OkStatus();
  }

  const std::string file_;
  const AnswerStarts starts_;
  ReadingSet& set_;
  std::size_t misplaced_ = 0;
  std::string first_misplaced_;
};

}  // namespace

absl::StatusOr<ReadingSet> ReadSquadFiles(absl::Span<const std::filesystem::path> files,
                                          AnswerStarts starts) {
  ReadingSet set;
  for (const std::filesystem::path& file : files) {
    CLIENTELE_ASSIGN_OR_RETURN(const json root, modeling::ReadJsonFile(file));
    CLIENTELE_RETURN_IF_ERROR(SquadReader(file.filename().string(), starts, set).Read(root));
  }
  return set;
}

}  // namespace clientele::qa
