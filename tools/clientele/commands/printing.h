#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PRINTING_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PRINTING_H_

// Answers of the suite as text for people.

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "clientele/profile/v1/profile_service.pb.h"
#include "clientele/qa/v1/qa_service.pb.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

namespace clientele::cli {

void Print(const profile::v1::Customer& customer, std::ostream& out);
void Print(const profile::v1::Profile& profile, std::ostream& out);
// With the features that move it most.
void Print(const profile::v1::ScoreExplanation& score, int most_features, std::ostream& out);
void Print(const profile::v1::Event& event, std::ostream& out);
void Print(const qa::v1::AskResponse& response, std::ostream& out);
void Print(const qa::v1::SearchArticlesResponse& response, std::ostream& out);
void Print(const recommend::v1::RecommendResponse& response, std::ostream& out);
void Print(const qa::v1::ReplayAnswerResponse& response, std::ostream& out);
void Print(const recommend::v1::ReplayPredictionResponse& response, std::ostream& out);
void Print(const recommend::v1::SimilarItemsResponse& response, std::ostream& out);

// "EVENT_TYPE_PURCHASE" -> "purchase".
std::string LowerName(absl::string_view name, absl::string_view prefix);
// In UTC, such as "2026-11-29 08:30"; "" for a time that is none.
std::string ShortTime(const google::protobuf::Timestamp& proto);
// 6950000 -> "6.95".
std::string Money(int64_t micros);
// Not in the middle of a character; with "..." where something was cut.
std::string Shortened(absl::string_view text, size_t max_bytes);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_PRINTING_H_
