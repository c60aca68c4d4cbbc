#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TEXT_EMBEDDER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TEXT_EMBEDDER_H_

// Texts to vectors, by whichever model version serves now.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::qa {

struct EmbeddedTexts {
  std::string model_id;                  // "name/version"
  std::vector<std::vector<float>> rows;  // one a text, unit L2 norm, or zeros
  // FusionOptions::lexical_weight that was fitted to the model; empty: none was.
  std::optional<double> lexical_weight = {};
  // Further numbers that were fitted to the model, by name; null: none were.
  std::shared_ptr<const std::map<std::string, double>> fitted = {};
};

// Thread-safe.
class TextEmbedder {
 public:
  virtual ~TextEmbedder() = default;

  // "name/version" of the model that serves now; empty when none does.
  virtual std::string model_id() const = 0;

  // Of the version that waits to take its place and can embed already; empty: none does.
  virtual std::string candidate_id() const { return {}; }
  // Whether EmbedBy() would use that version: it serves, waits, or served just before.
  virtual bool CanEmbed(const std::string& id) const { return id == model_id(); }

  // One row a text, all by one version. UNAVAILABLE (reason MODEL_UNAVAILABLE)
  // when none serves, RESOURCE_EXHAUSTED when too much waits, DEADLINE_EXCEEDED and
  // CANCELLED.
  virtual absl::StatusOr<EmbeddedTexts> Embed(const RequestContext& context,
                                              absl::Span<const std::string> texts) const = 0;

  // The same for a question, which a model may have been trained to tell from a passage.
  virtual absl::StatusOr<EmbeddedTexts> EmbedQuestion(const RequestContext& context,
                                                      const std::string& question) const {
    return Embed(context, {question});
  }

  // The same by the version `id` where CanEmbed() it, else by the one that serves:
  // EmbeddedTexts::model_id tells. Embedders without candidates need not implement these.
  virtual absl::StatusOr<EmbeddedTexts> EmbedBy(const RequestContext& context, const std::string&,
                                                absl::Span<const std::string> texts) const {
    return Embed(context, texts);
  }
  virtual absl::StatusOr<EmbeddedTexts> EmbedQuestionBy(const RequestContext& context,
                                                        const std::string&,
                                                        const std::string& question) const {
    return EmbedQuestion(context, question);
  }
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TEXT_EMBEDDER_H_
