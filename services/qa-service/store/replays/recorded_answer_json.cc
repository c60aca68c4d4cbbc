#include "services/qa-service/store/replays/recorded_answer_json.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace clientele::qa {
namespace {

using AnswerJson = nlohmann::json;

AnswerJson QuestionToJson(const Question& question) {
  AnswerJson said = AnswerJson::array();
  for (const SaidBefore& one : question.conversation) {
    said.push_back({{"question", one.question}, {"answer", one.answer}});
  }
  return {{"text", question.text},
          {"search_text", question.search_text},
          {"language_code", question.language_code},
          {"max_citations", question.max_citations},
          {"audience", question.audience},
          {"tags", question.tags},
          {"mode", static_cast<int>(question.mode)},
          {"conversation", std::move(said)}};
}

Question QuestionFromJson(const AnswerJson& json) {
  Question question;
  question.text = json.at("text").get<std::string>();
  question.search_text = json.at("search_text").get<std::string>();
  question.language_code = json.at("language_code").get<std::string>();
  question.max_citations = json.at("max_citations").get<std::int64_t>();
  question.audience = json.at("audience").get<std::string>();
  question.tags = json.at("tags").get<std::vector<std::string>>();
  question.mode = static_cast<AnswerMode>(json.at("mode").get<int>());
  for (const AnswerJson& one : json.at("conversation")) {
    question.conversation.push_back(
        {one.at("question").get<std::string>(), one.at("answer").get<std::string>()});
  }
  return question;
}

AnswerJson OutcomeToJson(const AnswerOutcome& outcome) {
  AnswerJson citations = AnswerJson::array();
  for (const CitedRange& cited : outcome.citations) {
    citations.push_back({{"article_id", cited.article_id},
                         {"revision", cited.revision},
                         {"begin", cited.begin},
                         {"end", cited.end}});
  }
  return {{"state", static_cast<int>(outcome.state)},
          {"text", outcome.text},
          {"reason", outcome.reason},
          {"mode", static_cast<int>(outcome.mode)},
          {"confidence", outcome.confidence},
          {"models", outcome.models},
          {"citations", std::move(citations)}};
}

AnswerOutcome OutcomeFromJson(const AnswerJson& json) {
  AnswerOutcome outcome;
  outcome.state = static_cast<AnswerState>(json.at("state").get<int>());
  outcome.text = json.at("text").get<std::string>();
  outcome.reason = json.at("reason").get<std::string>();
  outcome.mode = static_cast<AnswerMode>(json.at("mode").get<int>());
  outcome.confidence = json.at("confidence").get<double>();
  outcome.models = json.at("models").get<std::vector<std::string>>();
  for (const AnswerJson& cited : json.at("citations")) {
    outcome.citations.push_back(
        {cited.at("article_id").get<std::string>(), cited.at("revision").get<std::int64_t>(),
         cited.at("begin").get<std::int64_t>(), cited.at("end").get<std::int64_t>()});
  }
  return outcome;
}

}  // namespace

std::string RecordedAnswerToJson(const RecordedAnswer& answer) {
  const AnswerJson json = {{"question", QuestionToJson(answer.question)},
                           {"outcome", OutcomeToJson(answer.outcome)}};
  return json.dump(-1, ' ', false, AnswerJson::error_handler_t::replace);
}

absl::StatusOr<RecordedAnswer> RecordedAnswerFromJson(absl::string_view text) {
  try {
    const auto json = AnswerJson::parse(text.begin(), text.end());
    RecordedAnswer answer;
    answer.question = QuestionFromJson(json.at("question"));
    answer.outcome = OutcomeFromJson(json.at("outcome"));
    return answer;
  } catch (const AnswerJson::exception&) {
    return absl::DataLossError("a recorded answer cannot be read");
  }
}

}  // namespace clientele::qa
