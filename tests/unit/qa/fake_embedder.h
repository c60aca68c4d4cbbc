#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "common/status/error_details.h"
#include "common/text/search_terms.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa::testing {

// Counts of search terms, hashed into 64 dimensions: texts that share terms are
// near. Deterministic.
class FakeEmbedder final : public TextEmbedder {
 public:
  std::string model_id() const override { return model; }

  absl::StatusOr<EmbeddedTexts> Embed(const RequestContext&,
                                      absl::Span<const std::string> texts) const override {
    ++calls;
    embedded += texts.size();
    if (on_embed) on_embed();
    if (!failure.ok()) return failure;
    EmbeddedTexts result{model, {}};
    for (const std::string& text : texts) result.rows.push_back(Vector(text));
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

  std::string model = "fake/1";
  absl::Status failure;
  std::function<void()> on_embed;
  mutable std::size_t calls = 0;
  mutable std::size_t embedded = 0;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_EMBEDDER_H_
