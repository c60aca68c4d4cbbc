#include "services/qa-service/store/upgrades/trial_json.h"

#include <nlohmann/json.hpp>

namespace clientele::qa {
namespace {

using nlohmann::json;

json FiguresToJson(const GoldenFigures& figures) {
  return {{"right_first", figures.right_first},
          {"right_in_three", figures.right_in_three},
          {"answered_rightly", figures.answered_rightly},
          {"answered_wrongly", figures.answered_wrongly},
          {"abstained", figures.abstained},
          {"abstained_rightly", figures.abstained_rightly},
          {"answer_f1", figures.answer_f1}};
}

GoldenFigures FiguresFromJson(const json& stored) {
  GoldenFigures figures;
  stored.at("right_first").get_to(figures.right_first);
  stored.at("right_in_three").get_to(figures.right_in_three);
  stored.at("answered_rightly").get_to(figures.answered_rightly);
  stored.at("answered_wrongly").get_to(figures.answered_wrongly);
  stored.at("abstained").get_to(figures.abstained);
  stored.at("abstained_rightly").get_to(figures.abstained_rightly);
  stored.at("answer_f1").get_to(figures.answer_f1);
  return figures;
}

json AnswerToJson(const GoldenAnswer& answer) {
  return {{"state", static_cast<int>(answer.state)},
          {"article", answer.article},
          {"text", answer.text},
          {"confidence", answer.confidence}};
}

GoldenAnswer AnswerFromJson(const json& stored) {
  GoldenAnswer answer;
  answer.state = static_cast<AnswerState>(stored.at("state").get<int>());
  stored.at("article").get_to(answer.article);
  stored.at("text").get_to(answer.text);
  stored.at("confidence").get_to(answer.confidence);
  return answer;
}

}  // namespace

std::string TrialResultToJson(const TrialResult& result) {
  json examples = json::array();
  for (const ChangedAnswer& example : result.examples) {
    examples.push_back({{"golden_question", example.golden_question},
                        {"text", example.text},
                        {"expected_article", example.expected_article},
                        {"serving", AnswerToJson(example.serving)},
                        {"candidate", AnswerToJson(example.candidate)}});
  }
  return json{{"question_count", result.question_count},
              {"with_article", result.with_article},
              {"with_answer", result.with_answer},
              {"serving", FiguresToJson(result.serving)},
              {"candidate", FiguresToJson(result.candidate)},
              {"changed_count", result.changed_count},
              {"examples", std::move(examples)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<TrialResult> TrialResultFromJson(absl::string_view text) {
  try {
    const json stored = json::parse(text.begin(), text.end());
    TrialResult result;
    stored.at("question_count").get_to(result.question_count);
    stored.at("with_article").get_to(result.with_article);
    stored.at("with_answer").get_to(result.with_answer);
    result.serving = FiguresFromJson(stored.at("serving"));
    result.candidate = FiguresFromJson(stored.at("candidate"));
    stored.at("changed_count").get_to(result.changed_count);
    for (const json& example : stored.at("examples")) {
      result.examples.push_back(
          {example.at("golden_question").get<std::string>(), example.at("text").get<std::string>(),
           example.at("expected_article").get<std::string>(), AnswerFromJson(example.at("serving")),
           AnswerFromJson(example.at("candidate"))});
    }
    return result;
  } catch (const json::exception&) {
    return absl::DataLossError("a stored trial of an upgrade cannot be read");
  }
}

}  // namespace clientele::qa
