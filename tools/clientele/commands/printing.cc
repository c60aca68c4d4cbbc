#include "tools/clientele/commands/printing.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/rpc/time_conversion.h"

namespace clientele::cli {
namespace {

template <class Shares>
void PrintShares(absl::string_view label, const Shares& shares, std::ostream& out) {
  if (shares.empty()) return;
  std::vector<std::string> parts;
  for (const auto& share : shares) {
    if (parts.size() == 5) break;
    parts.push_back(absl::StrFormat("%s %.0f%%", share.key().empty() ? "unknown" : share.key(),
                                    100 * share.share()));
  }
  out << "  " << label << absl::StrJoin(parts, ", ") << "\n";
}

void PrintExplanation(const recommend::v1::Explanation& explanation, std::ostream& out) {
  if (explanation.has_factorization()) {
    const auto& terms = explanation.factorization();
    out << absl::StrFormat(" = mean %.3f + customer %.3f + item %.3f + affinity %.3f",
                           terms.global_mean(), terms.customer_bias(), terms.item_bias(),
                           terms.affinity());
  } else if (explanation.has_popularity()) {
    out << " of the most popular item's weight";
  } else if (explanation.has_hybrid()) {
    std::vector<std::string> places;
    for (const auto& term : explanation.hybrid().sources()) {
      if (term.rank() > 0) places.push_back(absl::StrCat(term.source(), " #", term.rank()));
    }
    out << " of " << absl::StrJoin(places, ", ");
  } else if (explanation.has_sequence()) {
    out << " after " << explanation.sequence().item_count() << " items";
  }
}

}  // namespace

std::string LowerName(absl::string_view name, absl::string_view prefix) {
  name.remove_prefix(std::min(prefix.size(), name.size()));
  return absl::AsciiStrToLower(name);
}

std::string ShortTime(const google::protobuf::Timestamp& proto) {
  const absl::StatusOr<absl::Time> time = rpc::ToTime(proto, "time");
  return time.ok() ? absl::FormatTime("%Y-%m-%d %H:%M", *time, absl::UTCTimeZone()) : "";
}

std::string Money(int64_t micros) {
  const int64_t cents = (micros + 5000) / 10000;
  return absl::StrFormat("%d.%02d", cents / 100, cents % 100);
}

std::string Shortened(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

void Print(const profile::v1::Customer& customer, std::ostream& out) {
  out << customer.name();
  if (!customer.display_name().empty()) out << "  " << customer.display_name();
  std::vector<std::string> facts;
  if (!customer.language_code().empty()) facts.push_back(customer.language_code());
  if (!customer.region().empty()) facts.push_back(customer.region());
  for (const auto& [key, value] : customer.attributes()) {
    facts.push_back(absl::StrCat(key, " ", value));
  }
  if (!facts.empty()) out << "  (" << absl::StrJoin(facts, ", ") << ")";
  out << "\n";
}

void Print(const profile::v1::Profile& profile, std::ostream& out) {
  if (profile.has_last_event_time()) {
    out << "  seen        " << ShortTime(profile.first_event_time()) << " to "
        << ShortTime(profile.last_event_time()) << "\n";
  }
  std::vector<std::string> counts;
  for (const auto& count : profile.event_counts()) {
    counts.push_back(absl::StrCat(
        count.count(), " ", LowerName(profile::v1::EventType_Name(count.type()), "EVENT_TYPE_")));
  }
  if (!counts.empty()) out << "  events      " << absl::StrJoin(counts, ", ") << "\n";
  for (const auto& total : profile.monetary_totals()) {
    out << "  spent       " << Money(total.purchase_amount_micros()) << " " << total.currency_code()
        << " in " << total.purchase_count() << " purchases, " << Money(total.return_amount_micros())
        << " returned in " << total.return_count() << "\n";
  }
  PrintShares("likes       ", profile.category_affinity(), out);
  const std::string interests = absl::StrJoin(
      profile.interests(), ", ", [](std::string* text, const profile::v1::Interest& interest) {
        absl::StrAppend(text, interest.label(), " in ", interest.picture_count());
      });
  if (!interests.empty()) out << "  pictures    " << interests << "\n";
  const std::string scores = absl::StrJoin(
      profile.scores(), ", ", [](std::string* text, const profile::v1::ProfileScore& score) {
        absl::StrAppendFormat(text, "%s %.3g", score.id(), score.value());
      });
  if (!scores.empty()) out << "  expected    " << scores << "\n";
  PrintShares("channels    ", profile.channel_mix(), out);
  PrintShares("devices     ", profile.device_mix(), out);
  for (const auto& feature : profile.features()) {
    if (feature.value() == 0) continue;
    out << absl::StrFormat("  %-26s %10.3f  %s\n", feature.id(), feature.value(),
                           feature.description());
  }
  for (const auto& response : profile.responses()) {
    if (response.value() == 0) continue;
    out << absl::StrFormat("  %-26s %10.3f  %s\n", response.id(), response.value(),
                           response.description());
  }
  if (profile.robot_event_count() > 0 || profile.rapid_event_count() > 0) {
    out << "  left out    " << profile.robot_event_count() << " events of robots, "
        << profile.rapid_event_count() << " at an impossible rate\n";
  }
  out << "  vector      " << profile.vector_size() << " numbers";
  if (profile.models_size() > 0) out << " by " << absl::StrJoin(profile.models(), ", ");
  out << "\n";
}

void Print(const profile::v1::ScoreExplanation& score, int most_features, std::ostream& out) {
  std::vector<std::string> moves;
  for (const auto& move : score.features()) {
    if (static_cast<int>(moves.size()) == most_features) break;
    moves.push_back(absl::StrFormat("%s %+.3g", move.feature(), move.change()));
  }
  out << absl::StrFormat("  %-10s %.3g", score.id(), score.value());
  if (!moves.empty()) {
    out << ", compared with a typical customer's: " << absl::StrJoin(moves, ", ");
  }
  out << "\n";
}

void Print(const profile::v1::Event& event, std::ostream& out) {
  out << "  " << ShortTime(event.event_time()) << "  "
      << LowerName(profile::v1::EventType_Name(event.type()), "EVENT_TYPE_");
  if (!event.item().empty()) out << "  " << event.item();
  if (event.amount_micros() > 0) {
    out << "  " << event.quantity() << " for " << Money(event.amount_micros()) << " "
        << event.currency_code();
  }
  if (!event.campaign_id().empty()) out << "  campaign " << event.campaign_id();
  if (!event.coupon_id().empty()) out << "  coupon " << event.coupon_id();
  if (event.left_out() != profile::v1::LEFT_OUT_REASON_UNSPECIFIED) out << "  (left out)";
  if (event.rating() > 0) out << "  " << event.rating() << " of 5";
  if (!event.text().empty()) out << "  \"" << Shortened(event.text(), 100) << "\"";
  out << "\n";
}

void Print(const qa::v1::AskResponse& response, std::ostream& out) {
  switch (response.state()) {
    case qa::v1::ANSWER_STATE_ANSWERED:
      out << "  " << response.answer() << "\n";
      out << absl::StrFormat("  confidence %.2f; from:\n", response.confidence());
      break;
    case qa::v1::ANSWER_STATE_HANDED_OVER:
      out << "  a person takes over: " << response.answer() << "\n";
      if (!response.citations().empty()) out << "  the nearest articles:\n";
      break;
    default:
      out << absl::StrFormat("  no article answers this (%s, confidence %.2f)%s\n",
                             response.reason(), response.confidence(),
                             response.citations().empty() ? "" : "; nearest:");
  }
  int number = 0;
  for (const auto& citation : response.citations()) {
    out << "  [" << ++number << "] " << citation.title() << "  " << citation.article();
    if (!citation.uri().empty()) out << "  " << citation.uri();
    out << "\n";
  }
  if (response.has_intent()) {
    out << absl::StrFormat("  intent: %s (%.2f)\n", response.intent().id(),
                           response.intent().score());
  }
  if (!response.trace().rewritten_question().empty()) {
    out << "  searched for: " << response.trace().rewritten_question() << "\n";
  }
  if (!response.handover().empty()) out << "  " << response.handover() << "\n";
  if (response.recorded()) out << "  recorded as answers/" << response.answer_id() << "\n";
  if (!response.conversation().empty()) out << "  " << response.conversation() << "\n";
}

void Print(const qa::v1::ReplayAnswerResponse& response, std::ostream& out) {
  const auto print = [&](const char* when, const qa::v1::AnswerOutcome& outcome) {
    out << "  " << when << ": "
        << (outcome.answer().empty()
                ? LowerName(qa::v1::AnswerState_Name(outcome.state()), "ANSWER_STATE_")
                : outcome.answer())
        << absl::StrFormat("  (confidence %.3f, %s)\n", outcome.confidence(),
                           absl::StrJoin(outcome.models(), ", "));
  };
  out << "  " << response.question() << "\n";
  print("then", response.recorded());
  print("now", response.replayed());
  out << "  " << (response.same() ? "the same answer, to the byte" : "another answer") << "\n";
  if (response.other_models()) out << "  other models took part\n";
  for (const std::string& article : response.changed_articles()) {
    out << "  changed since: " << article << "\n";
  }
  if (!response.exact()) {
    out << "  the models do not compute in single precision: answers may differ a little\n";
  }
}

void Print(const qa::v1::SearchArticlesResponse& response, std::ostream& out) {
  if (response.results().empty()) out << "  no article is near this\n";
  int number = 0;
  for (const auto& citation : response.results()) {
    out << "  [" << ++number << "] " << citation.title() << "  " << citation.article();
    if (!citation.uri().empty()) out << "  " << citation.uri();
    out << "\n  " << citation.passage() << "\n";
  }
}

void Print(const recommend::v1::RecommendResponse& response, std::ostream& out) {
  int number = 0;
  for (const auto& item : response.recommendations()) {
    out << absl::StrFormat("  %2d. %s  (%s%s%s)  score %.3f", ++number, item.title(), item.item(),
                           item.category().empty() ? "" : ", ", item.category(), item.score());
    for (const auto& explanation : item.explanations()) PrintExplanation(explanation, out);
    out << "\n";
    for (const auto& reason : item.reasons()) out << "      because: " << reason.text() << "\n";
  }
  out << "  found by    "
      << LowerName(recommend::v1::Strategy_Name(response.strategy()), "STRATEGY_");
  if (response.models_size() > 0) out << " with " << absl::StrJoin(response.models(), ", ");
  if (response.fallback_reason() != recommend::v1::FALLBACK_REASON_UNSPECIFIED) {
    out << ", not personal: "
        << LowerName(recommend::v1::FallbackReason_Name(response.fallback_reason()),
                     "FALLBACK_REASON_");
  }
  out << "\n";
  for (const auto& stage : response.trace()) {
    out << absl::StrFormat(
        "  %-26s %8.3f ms  %d items\n", stage.stage(),
        1e3 * static_cast<double>(stage.duration().seconds()) + 1e-6 * stage.duration().nanos(),
        stage.item_count());
  }
  if (!response.prediction().empty()) out << "  recorded as " << response.prediction() << "\n";
}

void Print(const recommend::v1::ReplayPredictionResponse& response, std::ostream& out) {
  int number = 0;
  for (const auto& score : response.scores()) {
    out << absl::StrFormat("  %2d. %s  score %.17g, then %.17g\n", ++number, score.item(),
                           score.replayed_score(), score.recorded_score());
  }
  out << "  found by    "
      << LowerName(recommend::v1::Strategy_Name(response.strategy()), "STRATEGY_");
  if (response.models_size() > 0) out << " with " << absl::StrJoin(response.models(), ", ");
  out << "\n  " << (response.bit_exact() ? "the same scores, to the bit" : "other scores than then")
      << "\n";
}

void Print(const recommend::v1::SimilarItemsResponse& response, std::ostream& out) {
  int number = 0;
  for (const auto& item : response.similar_items()) {
    out << absl::StrFormat("  %2d. %s  (%s%s%s)  score %.3f: texts %.3f, factors %.3f\n", ++number,
                           item.title(), item.item(), item.category().empty() ? "" : ", ",
                           item.category(), item.score(), item.text_similarity(),
                           item.factor_similarity());
    for (const auto& reason : item.reasons()) out << "      because: " << reason.text() << "\n";
  }
  if (response.similar_items().empty()) out << "  nothing is similar\n";
}

}  // namespace clientele::cli
