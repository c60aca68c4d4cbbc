#ifndef CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_MODELS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_MODELS_H_

// The models that take part in an answer besides the encoder, wired to what serves them.
//
//   AnsweringModels models(resources, &embedder, options);
//   Answerer answerer(index, &embedder, &recorder, clock, {...}, models.used());

#include <memory>
#include <optional>

#include "common/inference/serving/model_options.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/grounded_writer.h"
#include "services/qa-service/core/answering/intent_router.h"
#include "services/qa-service/core/answering/passage_judge.h"
#include "services/qa-service/core/retrieval/text_embedder.h"
#include "services/qa-service/model/generator_writer.h"
#include "services/qa-service/model/served_intents.h"
#include "services/qa-service/model/served_ranker.h"
#include "services/qa-service/model/served_reader.h"
#include "services/qa-service/resources.h"

namespace clientele::qa {

// Thread-safe; neither copied nor moved, because its members know each other.
class AnsweringModels {
 public:
  // Everything is borrowed and outlives this.
  AnsweringModels(const Resources& resources, const TextEmbedder* embedder,
                  const ServerOptions& options);
  AnsweringModels(const AnsweringModels&) = delete;
  AnsweringModels& operator=(const AnsweringModels&) = delete;

  // Those that the options name.
  AnswerModels used() const { return used_; }

  // Whether what serves computes in single precision: then an answer does not depend on what is
  // computed beside it.
  bool ComputeExactly() const;

  // Answers from an index that does not serve yet, with another least confidence and without a
  // generator; nothing is recorded.
  std::unique_ptr<const Answerer> Trial(std::shared_ptr<const KnowledgeIndex> index,
                                        std::optional<double> min_confidence) const;

 private:
  const Resources& resources_;
  const inference::ModelOptions options_;
  const TextEmbedder* const embedder_;
  const Clock* const clock_;
  const GeneratorWriter answer_writer_;
  const GroundedWriter grounded_writer_;
  const ServedIntents intents_;
  const IntentRouter intent_router_;
  const ServedRanker ranker_;
  const ServedReader reader_;
  const PassageJudge judge_;
  const AnswerModels used_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_ANSWERING_MODELS_H_
