#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/status/error_details.h"
#include "common/text/search_terms.h"
#include "services/qa-service/core/retrieval/text_embedder.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa::testing {

// Counts of search terms, hashed into 64 dimensions: texts that share terms are
// near. Deterministic.
class FakeEmbedder final : public TextEmbedder {
 public:
  std::string model_id() const override { return model; }
  std::string candidate_id() const override { return candidate; }
  bool CanEmbed(const std::string& id) const override {
    return !id.empty() && (id == model || id == candidate || id == previous);
  }

  absl::StatusOr<EmbeddedTexts> Embed(const RequestContext& context,
                                      absl::Span<const std::string> texts) const override {
    return EmbedBy(context, model, texts);
  }

  absl::StatusOr<EmbeddedTexts> EmbedQuestionBy(const RequestContext& context,
                                                const std::string& id,
                                                const std::string& question) const override {
    return EmbedBy(context, id, {question});
  }

  absl::StatusOr<EmbeddedTexts> EmbedBy(const RequestContext& context, const std::string& id,
                                        absl::Span<const std::string> texts) const override {
    ++calls;
    last_priority = context.priority;
    if (clock != nullptr) {
      const absl::Time end = clock->Now() + time_per_text * static_cast<std::int64_t>(texts.size());
      clock->Advance(std::min(end, context.deadline) - clock->Now());
      if (end > context.deadline) return absl::DeadlineExceededError("too slow");
    }
    embedded += texts.size();
    if (on_embed) on_embed();
    if (!failure.ok()) return failure;
    for (const std::string& text : texts) {
      if (!unloved.empty() && text.find(unloved) != std::string::npos) {
        return absl::InternalError("the model failed");
      }
    }
    EmbeddedTexts result{CanEmbed(id) ? id : model, {}, lexical_weight, fitted};
    for (const std::string& text : texts) {
      result.rows.push_back(result.model_id == blind ? OneDirection() : Vector(text));
    }
    return result;
  }

  static std::vector<float> Vector(const std::string& text) {
    std::vector<float> vector(64, 0.0f);
    for (const std::string& term : text::SearchTerms(text)) {
      std::uint64_t hash = 1469598103934665603u;
      for (const char c : term) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
      vector[(hash >> 20) % vector.size()] += 1.0f;
    }
    double norm = 0;
    for (const float x : vector) norm += double{x} * x;
    if (norm == 0) return vector;
    for (float& x : vector) x = static_cast<float>(x / std::sqrt(norm));
    return vector;
  }

  static std::vector<float> OneDirection() {
    std::vector<float> vector(64, 0.0f);
    vector[0] = 1.0f;
    return vector;
  }

  std::string model = "fake/1";
  std::string candidate;  // waits; empty: none does
  std::string previous;   // served before and can still embed; empty: none did
  std::string blind;      // to this one all texts are alike; empty: none is
  std::optional<double> lexical_weight;
  std::shared_ptr<const std::map<std::string, double>> fitted;
  absl::Status failure;
  std::function<void()> on_embed;
  std::string unloved;  // a call with a text that holds this fails; empty: none
  // Null: a call takes no time.
  clientele::testing::FakeClock* clock = nullptr;
  absl::Duration time_per_text = absl::ZeroDuration();
  mutable Priority last_priority = Priority::kInteractive;
  mutable std::size_t calls = 0;
  mutable std::size_t embedded = 0;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_
