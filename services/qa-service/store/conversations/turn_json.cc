#include "services/qa-service/store/conversations/turn_json.h"

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

namespace clientele::qa {
namespace {

nlohmann::json EarlierToJson(const RollingSummary& earlier) {
  nlohmann::json points = nlohmann::json::array();
  for (const SummaryPoint& point : earlier.points) {
    points.push_back({{"sentence", point.sentence},
                      {"article_title", point.article_title},
                      {"state", static_cast<int>(point.state)}});
  }
  return {{"points", std::move(points)},
          {"named_numbers", earlier.named_numbers},
          {"turn_count", earlier.turn_count}};
}

RollingSummary EarlierFromJson(const nlohmann::json& json) {
  RollingSummary earlier;
  for (const nlohmann::json& item : json.at("points")) {
    earlier.points.push_back({.sentence = item.at("sentence").get<std::string>(),
                              .article_title = item.at("article_title").get<std::string>(),
                              .state = static_cast<AnswerState>(item.at("state").get<int>())});
  }
  earlier.named_numbers = json.at("named_numbers").get<std::vector<std::string>>();
  earlier.turn_count = json.at("turn_count").get<std::int64_t>();
  return earlier;
}

}  // namespace

std::string TranscriptToJson(const Transcript& transcript) {
  nlohmann::json list = nlohmann::json::array();
  for (const Turn& turn : transcript.turns) {
    list.push_back({{"question", turn.question},
                    {"search_text", turn.search_text},
                    {"answer", turn.answer},
                    {"state", static_cast<int>(turn.state)},
                    {"article_id", turn.article_id},
                    {"article_title", turn.article_title},
                    {"ask_time", absl::ToUnixMicros(turn.ask_time)},
                    {"request_id", turn.request_id}});
  }
  nlohmann::json json = {{"summary", transcript.summary}, {"turns", std::move(list)}};
  if (transcript.earlier.turn_count > 0) json["earlier"] = EarlierToJson(transcript.earlier);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<Transcript> TranscriptFromJson(absl::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text.begin(), text.end());
    Transcript transcript;
    transcript.summary = json.at("summary").get<std::string>();
    for (const nlohmann::json& item : json.at("turns")) {
      Turn& turn = transcript.turns.emplace_back();
      turn.question = item.at("question").get<std::string>();
      turn.search_text = item.at("search_text").get<std::string>();
      turn.answer = item.at("answer").get<std::string>();
      turn.state = static_cast<AnswerState>(item.at("state").get<int>());
      turn.article_id = item.at("article_id").get<std::string>();
      turn.article_title = item.at("article_title").get<std::string>();
      turn.ask_time = absl::FromUnixMicros(item.at("ask_time").get<std::int64_t>());
      turn.request_id = item.at("request_id").get<std::string>();
    }
    if (json.contains("earlier")) transcript.earlier = EarlierFromJson(json.at("earlier"));
    return transcript;
  } catch (const nlohmann::json::exception&) {
    return absl::DataLossError("a stored transcript cannot be read");
  }
}

}  // namespace clientele::qa
